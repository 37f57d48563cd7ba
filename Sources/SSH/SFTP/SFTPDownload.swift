public import Lanes

/// What a download came to.
public struct SFTPDownloadResult: Hashable, Sendable {
    /// What happened to the file while it was read.
    public enum Change: Hashable, Sendable {
        /// It has become longer; what was read is its beginning, as long as it was when reading began.
        case grew(to: UInt64)
        /// It has become shorter, and nothing more was there to be read.
        case shrank(to: UInt64)
        /// Its size is as before, but its time is not.
        case rewritten
    }

    /// Bytes that the sink got.
    public let bytes: UInt64
    /// What the server said about the file when reading began.
    public let attributes: SFTPAttributes
    /// What changed meanwhile; nil when nothing did.
    public let change: Change?
}

extension SFTPClient {
    /// Reads a file, as long as it is when reading begins; one without a size, as in `/proc`, until it ends.
    ///
    /// - Parameter offset: Where to go on, in bytes; what lies before is not read.
    /// - Throws: ``SFTPError``, `CancellationError`, or what the sink throws.
    public func download(
        _ path: SFTPPath, from offset: UInt64 = 0, into sink: any SFTPSink, meter: ProgressMeter? = nil
    ) async throws -> SFTPDownloadResult {
        try await download(path, from: offset, knowing: nil, into: sink, meter: meter)
    }

    /// - Parameter known: What a listing has said about the file, which saves a question.
    func download(
        _ path: SFTPPath, from offset: UInt64, knowing known: SFTPAttributes?, into sink: any SFTPSink,
        meter: ProgressMeter?
    ) async throws -> SFTPDownloadResult {
        lane.preconditionOnLane()
        let handle = try await openForReading(path)
        defer { forget(handle) }
        let before: SFTPAttributes
        if let known { before = known } else { before = try await look(at: handle, path) }
        guard before.kind == .file || before.kind == .unknown else {
            throw SFTPError(
                .wrongKind, SFTPOperation("read", path, on: name).words, "it is no regular file",
                advice: "name a file")
        }
        let size = before.size ?? 0
        guard offset <= size else {
            throw SFTPError(
                .wrongKind, SFTPOperation("read", path, on: name).words,
                "it has \(size) bytes, and reading was to go on behind \(offset)", advice: "read it from its beginning")
        }
        let reading = ReadPipeline(
            handle, path, offset..<(size == 0 ? .max : size), into: sink, on: self, meter: meter)
        moving.begin(meter)
        defer { moving.end(meter) }
        try await reading.run()
        let after = try await look(at: handle, path)
        return SFTPDownloadResult(
            bytes: reading.delivered, attributes: before,
            change: Self.change(before, after, end: offset + reading.delivered))
    }

    private func look(at handle: [UInt8], _ path: SFTPPath) async throws -> SFTPAttributes {
        try await value(.fstat(handle: handle), path, Self.attributes)
    }

    private func openForReading(_ path: SFTPPath) async throws -> [UInt8] {
        do {
            return try await open(path, .read)
        } catch let error as SFTPError where error.code == .refused {
            guard try await lookIfPresent(at: path)?.kind == .folder else { throw error }
            throw SFTPError(.wrongKind, error.operation, "it is a folder", advice: "name a file")
        }
    }

    private static func change(
        _ before: SFTPAttributes, _ after: SFTPAttributes, end: UInt64
    ) -> SFTPDownloadResult.Change? {
        let was = before.size ?? 0
        let size = after.size ?? was
        if was > 0, end < was { return .shrank(to: end) }
        if size < was { return .shrank(to: size) }
        if size > was { return .grew(to: size) }
        guard let then = before.modified, let now = after.modified else { return nil }
        return then == now ? nil : .rewritten
    }
}
