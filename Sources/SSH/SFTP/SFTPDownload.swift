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
        lane.preconditionOnLane()
        let handle = try await openForReading(path)
        defer { forget(handle) }
        let before = try await value(.fstat(handle: handle), path, Self.attributes)
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
        meter?.expectBytes(true)
        defer { meter?.expectBytes(false) }
        try await reading.run()
        let after = try await value(.fstat(handle: handle), path, Self.attributes)
        return SFTPDownloadResult(
            bytes: reading.delivered, attributes: before,
            change: Self.change(before, after, end: offset + reading.delivered))
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
        return after.modified == before.modified ? nil : .rewritten
    }
}
