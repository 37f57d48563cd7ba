import DequeModule

/// Where a command's bytes come from: what the host sends, a file, or another command.
///
/// A reader that has what it wants says so with what is to follow; the bytes behind stay for the next reader, as a pipe's
/// do that several commands read in turn.
final class ShellInput {
    /// What a reader did with the bytes it was given.
    enum Step {
        /// Took so many from the front and waits for more.
        case more(Int)
        /// Took so many from the front and reads no further; the closure goes on.
        case done(Int, () -> Void)
    }
    /// Looks at bytes; called with `isEnded` once nothing can follow them.
    typealias Reader = (_ bytes: UnsafeRawBufferPointer, _ isEnded: Bool) -> Step

    private enum Piece {
        case bytes([UInt8], from: Int)
        case shared(ContentSlice)

        var count: Int {
            switch self {
            case .bytes(let bytes, let start): bytes.count - start
            case .shared(let slice): Int(clamping: slice.count)
            }
        }
    }

    private enum Mode {
        case idle
        case bytes(Reader)
        /// Up to so many bytes go into a content.
        case gather(ContentGatherer, limit: UInt64, then: (FileContent) -> Void)
        /// Everything goes on as it is.
        case pass(ShellOutput, then: () -> Void)
    }

    private var waiting = Deque<Piece>()
    private var isEnded = false
    private var mode = Mode.idle
    /// Bytes that nobody has taken yet.
    private(set) var backlog = 0
    /// Whether the reader counts what it takes as payload, so that nobody else must.
    var isCountedByReader = false
    /// Told when bytes that had been waiting were taken.
    var wasTaken: (() -> Void)?

    init() {}

    /// Input that is all there.
    convenience init(_ bytes: [UInt8]) {
        self.init()
        if !bytes.isEmpty { add(.bytes(bytes, from: 0)) }
        isEnded = true
    }

    /// A file as input.
    convenience init(_ content: FileContent) {
        self.init()
        if content.size > 0 { add(.shared(content.slice)) }
        isEnded = true
    }

    private func add(_ piece: Piece) {
        backlog += piece.count
        waiting.append(piece)
    }

    // MARK: Giving

    /// Gives bytes; they pass without a copy when somebody reads.
    func feed(_ bytes: UnsafeRawBufferPointer) {
        guard !isEnded, !bytes.isEmpty else { return }
        guard waiting.isEmpty else {
            add(.bytes(Array(bytes), from: 0))
            return offer()
        }
        switch mode {
        case .idle: add(.bytes(Array(bytes), from: 0))
        case .pass(let output, _): output.write(Array(bytes))
        case .gather(let gatherer, let limit, let then):
            let count = Int(min(UInt64(bytes.count), limit - gatherer.size))
            gatherer.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            if count < bytes.count { add(.bytes(Array(bytes[count...]), from: 0)) }
            endGathering(gatherer, limit, then)
        case .bytes(let reader):
            switch reader(bytes, false) {
            case .more(let taken):
                if taken < bytes.count { add(.bytes(Array(bytes[taken...]), from: 0)) }
            case .done(let taken, let next):
                mode = .idle
                if taken < bytes.count { add(.bytes(Array(bytes[taken...]), from: 0)) }
                next()
            }
        }
    }

    /// Gives a part of a file.
    func feed(_ slice: ContentSlice) {
        guard !isEnded, slice.count > 0 else { return }
        add(.shared(slice))
        offer()
    }

    /// Says that nothing follows.
    func end() {
        guard !isEnded else { return }
        isEnded = true
        offer()
    }

    // MARK: Taking

    /// Reads from now on; an earlier reader is replaced.
    func read(_ reader: @escaping Reader) { begin(.bytes(reader)) }

    /// Gathers everything until the end, or until there are `limit` bytes.
    func gather(
        _ gatherer: ContentGatherer, limit: UInt64 = .max, then: @escaping (FileContent) -> Void
    ) {
        guard limit > 0 else { return then(gatherer.finish()) }
        begin(.gather(gatherer, limit: limit, then: then))
    }

    /// Hands everything on until the end.
    func pass(to output: ShellOutput, then: @escaping () -> Void) { begin(.pass(output, then: then)) }

    /// Loses the first bytes of what waits, at most so many.
    func drop(_ count: Int) {
        var left = count
        while left > 0, let piece = waiting.popFirst() {
            let taken = min(left, piece.count)
            left -= taken
            backlog -= taken
            if let rest = Self.rest(of: piece, after: taken) { waiting.prepend(rest) }
        }
        if left < count { wasTaken?() }
    }

    func stopReading() { mode = .idle }

    /// Gathers everything until the end in memory.
    func readAll(then: @escaping ([UInt8]) -> Void) {
        var gathered: [UInt8] = []
        read { bytes, isEnded in
            gathered.append(contentsOf: bytes)
            return isEnded ? .done(bytes.count) { then(gathered) } : .more(bytes.count)
        }
    }

    private func begin(_ mode: Mode) {
        self.mode = mode
        if !waiting.isEmpty || isEnded { offer() }
    }

    /// Gives the reader what waits, piece by piece, until it wants no more of it.
    private func offer() {
        let before = backlog
        var next: (() -> Void)?
        while next == nil, let piece = waiting.first {
            guard let taken = offer(piece, &next) else { break }
            backlog -= taken
            waiting.removeFirst()
            guard let rest = Self.rest(of: piece, after: taken) else { continue }
            waiting.prepend(rest)
            break
        }
        if next == nil, waiting.isEmpty, isEnded { offerEnd(&next) }
        if backlog < before { wasTaken?() }
        guard let next else { return }
        next()
    }

    /// Offers one piece; nil when nobody reads.
    private func offer(_ piece: Piece, _ next: inout (() -> Void)?) -> Int? {
        switch mode {
        case .idle: return nil
        case .pass(let output, _):
            switch piece {
            case .bytes(let bytes, let start): output.write(start == 0 ? bytes : Array(bytes[start...]))
            case .shared(let slice): output.write(slice)
            }
            return piece.count
        case .gather(let gatherer, let limit, let then):
            let wanted = limit - gatherer.size
            let before = gatherer.size
            switch piece {
            case .bytes(let bytes, let start):
                bytes[start...].prefix(Int(clamping: wanted)).withUnsafeBytes { gatherer.append($0) }
            case .shared(let slice): gatherer.append(slice.prefix(wanted))
            }
            if gatherer.size == limit {
                mode = .idle
                next = { then(gatherer.finish()) }
            }
            return Int(gatherer.size - before)
        case .bytes(let reader):
            let isLast = isEnded && waiting.count == 1
            switch piece {
            case .bytes(let bytes, let start):
                return take(bytes[start...].withUnsafeBytes { reader($0, isLast) }, &next)
            case .shared(let slice):
                var taken = 0
                var given = 0
                slice.content.eachPart(in: slice.range) { part in
                    // A part that was not taken whole comes again, before those behind it.
                    guard next == nil, taken == given else { return }
                    given += part.count
                    taken += take(reader(part, isLast && taken + part.count == Int(slice.count)), &next)
                }
                return taken
            }
        }
    }

    private func take(_ step: Step, _ next: inout (() -> Void)?) -> Int {
        switch step {
        case .more(let taken): return taken
        case .done(let taken, let then):
            mode = .idle
            next = then
            return taken
        }
    }

    private static func rest(of piece: Piece, after taken: Int) -> Piece? {
        guard taken < piece.count else { return nil }
        switch piece {
        case .bytes(let bytes, let start): return .bytes(bytes, from: start + taken)
        case .shared(let slice): return .shared(slice.dropFirst(UInt64(taken)))
        }
    }

    private func offerEnd(_ next: inout (() -> Void)?) {
        switch mode {
        case .idle: return
        case .pass(_, let then):
            mode = .idle
            next = then
        case .gather(let gatherer, _, let then):
            mode = .idle
            next = { then(gatherer.finish()) }
        case .bytes(let reader): _ = take(reader(UnsafeRawBufferPointer(start: nil, count: 0), true), &next)
        }
    }

    private func endGathering(
        _ gatherer: ContentGatherer, _ limit: UInt64, _ then: (FileContent) -> Void
    ) {
        guard gatherer.size == limit else { return }
        mode = .idle
        then(gatherer.finish())
    }
}
