/// Where a command's bytes go.
final class ShellOutput {
    private let sink: ([UInt8]) -> Void

    init(_ sink: @escaping ([UInt8]) -> Void) { self.sink = sink }

    /// Swallows everything.
    static func nowhere() -> ShellOutput { ShellOutput { _ in } }

    func write(_ bytes: [UInt8]) {
        if !bytes.isEmpty { sink(bytes) }
    }

    func write(_ text: String) { write(Array(text.utf8)) }
}

/// Where a command's bytes come from: what the host sends, a file, or another command.
final class ShellInput {
    /// Takes bytes from the front and says how many; called with `isEnded` once nothing more can follow.
    typealias Reader = (_ bytes: UnsafeRawBufferPointer, _ isEnded: Bool) -> Int

    private var waiting: [UInt8] = []
    private var isEnded = false
    private var reader: Reader?
    /// Told when bytes that had been waiting were taken.
    var wasTaken: (() -> Void)?

    init() {}

    /// Input that is all there.
    convenience init(_ bytes: [UInt8]) {
        self.init()
        waiting = bytes
        isEnded = true
    }

    /// Bytes that nobody has taken yet.
    var backlog: Int { waiting.count }

    /// Gives bytes; they pass without a copy when somebody reads.
    func feed(_ bytes: UnsafeRawBufferPointer) {
        guard !isEnded else { return }
        guard waiting.isEmpty, let reader else {
            waiting.append(contentsOf: bytes)
            return offer()
        }
        let taken = reader(bytes, false)
        if taken < bytes.count { waiting.append(contentsOf: bytes[taken...]) }
    }

    /// Says that nothing follows.
    func end() {
        guard !isEnded else { return }
        isEnded = true
        offer()
    }

    /// Reads from now on; an earlier reader is replaced.
    func read(_ reader: @escaping Reader) {
        self.reader = reader
        if !waiting.isEmpty || isEnded { offer() }
    }

    func stopReading() { reader = nil }

    /// Gathers everything until the end.
    func readAll(then: @escaping ([UInt8]) -> Void) {
        var gathered: [UInt8] = []
        read { [weak self] bytes, isEnded in
            gathered.append(contentsOf: bytes)
            if isEnded {
                self?.stopReading()
                then(gathered)
            }
            return bytes.count
        }
    }

    private func offer() {
        guard let reader else { return }
        let bytes = waiting
        waiting = []
        let taken = bytes.withUnsafeBytes { reader($0, isEnded) }
        if taken < bytes.count { waiting = Array(bytes[taken...]) + waiting }
        if taken > 0 { wasTaken?() }
    }
}

/// A command's three standard streams.
struct ShellStreams {
    var input: ShellInput
    var output: ShellOutput
    var errors: ShellOutput
}
