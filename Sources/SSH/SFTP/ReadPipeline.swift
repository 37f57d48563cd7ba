import Lanes

/// Takes the bytes of a file that is read from a server.
public protocol SFTPSink: AnyObject, Sendable {
    /// Takes the next bytes, on the lane; what it throws ends the download. The pointer is valid during the call.
    func write(_ bytes: UnsafeRawBufferPointer) throws
    /// Whether it has enough for now: nothing more is asked for while it has.
    var isFull: Bool { get }
}

extension SFTPSink {
    /// Never full.
    public var isFull: Bool { false }
}

// Sendable: touched only on the client's lane.

/// Reads a part of an open file, many blocks ahead, and hands it over in order.
final class ReadPipeline: @unchecked Sendable {
    /// One block that was asked for.
    private struct Block {
        /// Tells it from the others.
        let number: Int
        /// Where the bytes begin that are still to come.
        var offset: UInt64
        /// How many are still to come.
        var count: Int
        /// What came before it was its turn.
        var early: [UInt8] = []
    }

    private let client: SFTPClient
    private let handle: [UInt8]
    private let path: SFTPPath
    private let sink: any SFTPSink
    private let meter: ProgressMeter?
    private let done = Waiter<Void>()
    /// Where to stop; nil for a file that does not tell its size.
    private var end: UInt64?
    private var next: UInt64
    private var blocks: [Block] = []
    private var lastNumber = 0
    private var isOver = false
    private var isResting = false
    /// Bytes that came before their turn; a server may not make us keep more of them than a window of all files.
    private var earlyBytes = 0
    /// How many bytes the sink has got.
    private(set) var delivered: UInt64 = 0

    /// How long a sink that is full is left alone before it is asked again.
    private static let rest = Duration.milliseconds(3)

    /// - Parameter range: What to read; an upper bound of `UInt64.max` reads until the file ends.
    init(
        _ handle: [UInt8], _ path: SFTPPath, _ range: Range<UInt64>, into sink: any SFTPSink, on client: SFTPClient,
        meter: ProgressMeter?
    ) {
        self.handle = handle
        self.path = path
        self.sink = sink
        self.client = client
        self.meter = meter
        next = range.lowerBound
        end = range.upperBound == .max ? nil : range.upperBound
    }

    /// Reads all; returns at the end of the range or of the file.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`, or what the sink throws.
    func run() async throws {
        pump()
        defer {
            isOver = true
            keepEarly(-earlyBytes)
        }
        try await done.value()
    }

    private func pump() {
        while !isOver, !isResting, mayGoOn {
            guard !sink.isFull else { return takeRest() }
            let count = Int(min(UInt64(client.limits.readBlock), (end ?? .max) - next))
            lastNumber += 1
            let block = Block(number: lastNumber, offset: next, count: count)
            next += UInt64(count)
            blocks.append(block)
            ask(block)
        }
        if !isOver, blocks.isEmpty, let end, next >= end { finish(.success(())) }
    }

    private var mayGoOn: Bool {
        guard let end else { return blocks.isEmpty }
        guard next < end else { return false }
        guard !blocks.isEmpty else { return true }
        let block = client.limits.readBlock
        return (blocks.count + 1) * block <= client.limits.window
            && client.bytesUnderWay + block <= client.limits.window
    }

    private func takeRest() {
        isResting = true
        client.lane.schedule(after: Self.rest) { [self] in
            isResting = false
            pump()
        }
    }

    private func ask(_ block: Block) {
        let count = block.count
        client.bytesUnderWay += count
        let request = SFTPRequest.read(handle: handle, offset: block.offset, count: count)
        client.ask(request, path) { [self] result in
            client.bytesUnderWay -= count
            guard !isOver else { return }
            take(result, block.number)
        }
    }

    private func take(_ result: Result<SFTPAnswer, SFTPError>, _ number: Int) {
        // A block behind the file's end may have been dropped meanwhile.
        guard let index = blocks.firstIndex(where: { $0.number == number }) else { return pump() }
        switch result {
        case .failure(let failure): return finish(.failure(failure))
        case .success(.data(let bytes)):
            guard !bytes.isEmpty, bytes.count <= blocks[index].count else {
                let words = "\(bytes.count) bytes where \(blocks[index].count) were asked for"
                let failure = client.violation(words, during: SFTPOperation("read", path, on: client.name).words)
                client.end(failure)
                return finish(.failure(failure))
            }
            takeData(bytes, index)
        case .success(.status(let status)) where status.code == SFTPStatus.endOfFile:
            // The file ends here, whatever was said of its size before.
            end = blocks[index].offset
            next = min(next, blocks[index].offset)
            blocks[index].count = 0
            keepEarly(-blocks[(index + 1)...].reduce(0) { $0 + $1.early.count })
            blocks.removeSubrange((index + 1)...)
            deliver()
        case .success(let answer):
            return finish(.failure(client.refusal(answer, SFTPOperation("read", path, on: client.name))))
        }
        pump()
    }

    private func takeData(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
        meter?.move(bytes.count)
        blocks[index].offset += UInt64(bytes.count)
        blocks[index].count -= bytes.count
        if index == 0 {
            give(bytes)
        } else {
            blocks[index].early.append(contentsOf: bytes)
            keepEarly(bytes.count)
        }
        // A server may send less than was asked for without being at the end.
        if !isOver, blocks[index].count > 0, end != nil { ask(blocks[index]) }
        if end == nil {
            next = blocks[index].offset
            blocks[index].count = 0
        }
        deliver()
    }

    /// Hands over what is complete, and what came early of the block whose turn it is now.
    private func deliver() {
        while !isOver, let first = blocks.first {
            if !first.early.isEmpty {
                blocks[0].early = []
                keepEarly(-first.early.count)
                first.early.withUnsafeBytes(give)
            }
            guard first.count == 0 else { return }
            blocks.removeFirst()
        }
    }

    private func keepEarly(_ count: Int) {
        earlyBytes += count
        client.bytesUnderWay += count
    }

    private func give(_ bytes: UnsafeRawBufferPointer) {
        guard !isOver else { return }
        do {
            try sink.write(bytes)
            delivered += UInt64(bytes.count)
        } catch {
            finish(.failure(error))
        }
    }

    private func finish(_ result: Result<Void, any Error>) {
        isOver = true
        done.resume(with: result)
    }
}
