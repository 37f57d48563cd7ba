public import Lanes

/// One of many files that are read in their order.
public struct SFTPWanted: Sendable {
    /// Where it is.
    public let path: SFTPPath
    /// What takes its bytes.
    public let sink: any SFTPSink
    /// Hears how it ended, on the lane and before the next file's first bytes; what it throws ends all.
    public let ended: @Sendable (Result<SFTPDownloadResult, SFTPError>) throws -> Void

    /// Asks for one file.
    public init(
        _ path: SFTPPath, into sink: any SFTPSink,
        ended: @escaping @Sendable (Result<SFTPDownloadResult, SFTPError>) throws -> Void
    ) {
        self.path = path
        self.sink = sink
        self.ended = ended
    }
}

extension SFTPClient {
    /// Reads files, asking for the next ones before the first have come, and hands them over one after another.
    ///
    /// A refusal of one file does not keep the others from coming.
    ///
    /// - Throws: ``SFTPError`` when the channel is lost; `CancellationError`; what a sink or an `ended` throws.
    public func download(inOrder files: [SFTPWanted], meter: ProgressMeter? = nil) async throws {
        lane.preconditionOnLane()
        let line = WaitingLine()
        try await forEach(of: Array(files.enumerated()), width: WaitingLine.length) { [self] index, file in
            let place = line.join(index, file.sink)
            let result: Result<SFTPDownloadResult, SFTPError>
            do {
                result = .success(try await download(file.path, into: place, meter: meter))
            } catch let error as SFTPError where error.isRefusal {
                result = .failure(error)
            }
            try await place.turn.value()
            try place.handOver()
            try file.ended(result)
            line.leave(index)
        }
    }
}

// Sendable: touched only by tasks of the client's lane.

/// Files that are read ahead, in the order in which they are handed over.
private final class WaitingLine: @unchecked Sendable {
    /// Files that are read at a time; those ahead keep as much as this together, and one block each.
    static let length = 16
    private static let capacity = 1 << 20

    fileprivate var keptBytes = 0
    private var places: [Int: WaitingSink] = [:]
    private var current = 0

    fileprivate var isFull: Bool { keptBytes >= Self.capacity }

    func join(_ index: Int, _ sink: any SFTPSink) -> WaitingSink {
        let place = WaitingSink(sink, in: self)
        places[index] = place
        if index == current { place.turn.resume(with: .success(())) }
        place.isFirst = index == current
        return place
    }

    func leave(_ index: Int) {
        places[index] = nil
        current = index + 1
        places[current]?.isFirst = true
        places[current]?.turn.resume(with: .success(()))
    }
}

// Sendable: touched only by tasks of the client's lane.

/// Keeps the beginning of a file until it is its turn.
private final class WaitingSink: SFTPSink, @unchecked Sendable {
    /// Comes when all files before it have ended.
    let turn = Waiter<Void>()
    var isFirst = false
    private let sink: any SFTPSink
    private let line: WaitingLine
    private var kept: [UInt8] = []

    init(_ sink: any SFTPSink, in line: WaitingLine) {
        self.sink = sink
        self.line = line
    }

    deinit { line.keptBytes -= kept.count }

    var isFull: Bool { isFirst ? sink.isFull : line.isFull || kept.count >= 64 * 1024 }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard isFirst else {
            kept.append(contentsOf: bytes)
            line.keptBytes += bytes.count
            return
        }
        try handOver()
        try sink.write(bytes)
    }

    /// Gives the sink what was kept for it.
    func handOver() throws {
        guard !kept.isEmpty else { return }
        let bytes = kept
        kept = []
        line.keptBytes -= bytes.count
        try bytes.withUnsafeBytes(sink.write)
    }
}
