public import Lanes

extension SFTPClient {
    /// Writes a file under its own name, many blocks ahead, and gives it mode and time.
    ///
    /// Whoever wants the file whole or not at all gives a name that nobody reads, and renames it; ``upload(_:to:_:meter:)``
    /// does both by itself.
    ///
    /// - Parameter resumes: Whether a regular file that is there and not longer is gone on with behind its end, instead of
    ///   being written anew. What it holds already is not looked at.
    /// - Returns: Bytes that were there already and were not sent.
    /// - Throws: ``SFTPError``, `CancellationError`.
    @discardableResult
    public func write(
        _ content: SharedBytes, to path: SFTPPath, mode: UInt32, modified: Int64?, resumes: Bool = false,
        meter: ProgressMeter? = nil
    ) async throws -> Int {
        lane.preconditionOnLane()
        do {
            return try await writeInPlace(content, to: path, (mode, modified), resumes, meter)
        } catch let error as SFTPError where error.isRefusal {
            throw try await explained(error, path, byteCount: content.count)
        }
    }

    private func writeInPlace(
        _ content: SharedBytes, to path: SFTPPath, _ status: (mode: UInt32, modified: Int64?), _ resumes: Bool,
        _ meter: ProgressMeter?
    ) async throws -> Int {
        var kept = 0
        if resumes, let there = try await lookIfPresent(at: path, followingLinks: false), there.kind == .file {
            // A server that writes what it got in another order leaves holes in the last window at most.
            kept = Int(clamping: there.size ?? 0) - limits.window
            if kept < 0 || kept > content.count { kept = 0 }
        }
        let flags: SFTPOpenFlags = kept > 0 ? [.write] : [.write, .create, .truncate]
        let attributes = SFTPAttributes(mode: status.mode & 0o700 | 0o600, modified: nil)
        let handle = try await value(.open(path, flags, attributes), path, Self.handle)
        let last = SFTPAttributes(mode: status.mode, modified: status.modified)
        try await fill(handle, path, content, from: kept, last, syncs: false, meter)
        return kept
    }

    /// Writes what follows the bytes that are kept, sets mode and times, and closes; nothing is left open on any way out.
    ///
    /// - Parameter syncs: Whether the server is to have it on its disk first, where the server can.
    func fill(
        _ handle: [UInt8], _ path: SFTPPath, _ content: SharedBytes, from kept: Int, _ attributes: SFTPAttributes,
        syncs: Bool, _ meter: ProgressMeter?
    ) async throws {
        var isClosed = false
        defer { if !isClosed { forget(handle) } }
        moving.begin(meter)
        defer { moving.end(meter) }
        let writing = WritePipeline(content, from: kept, to: handle, path, on: self, meter: meter)
        writing.start()
        // What fits into one block is under way as a whole, so what follows need not wait for its answer.
        if content.count - kept > limits.writeBlock { try await writing.end() }
        // The size is set too: a part that was longer than it should be ends where it should.
        var attributes = attributes
        if kept > 0 { attributes.size = UInt64(content.count) }
        let isSet = start(.fsetstat(handle: handle, attributes), path)
        let isSynced = syncs && offer.hasFsync ? start(.fsync(handle: handle), path) : nil
        let hasClosed = start(.close(handle: handle), path)
        isClosed = true
        try await writing.end()
        try await isSet.value()
        try await isSynced?.value()
        try await hasClosed.value()
    }
}
