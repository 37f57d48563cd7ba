import Crypto
import Lanes

extension SFTPClient {
    /// Opens the part: a new one, or that of an interrupted upload.
    ///
    /// A new one is made only where nothing has its name, so that no link of somebody else is followed.
    ///
    /// - Returns: Its handle, and how many bytes of it are kept.
    func openPart(
        _ part: SFTPPath, of path: SFTPPath, for content: SharedBytes, _ options: SFTPUploadOptions
    ) async throws -> (handle: [UInt8], kept: Int) {
        do {
            return (try await openNew(part, path, options), 0)
        } catch let error as SFTPError where error.code == .refused || error.code == .exists {
            guard let there = try await lookIfPresent(at: part, followingLinks: false) else { throw error }
            if there.kind == .file, let size = there.size, let going = try await goOn(part, size, content, options) {
                return going
            }
            try await remove(part)
            return (try await openNew(part, path, options), 0)
        }
    }

    private func openNew(_ part: SFTPPath, _ path: SFTPPath, _ options: SFTPUploadOptions) async throws -> [UInt8] {
        // Nobody else may read what is not whole; the real mode is set at the end.
        let attributes = SFTPAttributes(mode: options.mode & 0o700 | 0o600, modified: nil)
        return try await value(.open(part, [.write, .create, .exclusive], attributes), path, Self.handle)
    }

    /// Opens what is there when it is the beginning of the content; nil when it is not, or is too short to matter.
    private func goOn(
        _ part: SFTPPath, _ size: UInt64, _ content: SharedBytes, _ options: SFTPUploadOptions
    ) async throws -> (handle: [UInt8], kept: Int)? {
        guard size <= UInt64(content.count) else { return nil }
        // What was under way may be there in pieces; an earlier version may have had the greater window.
        let kept = Int(size) - max(limits.window, SFTPLimits().window)
        guard kept > 0 else { return nil }
        let handle: [UInt8]
        do {
            handle = try await open(part, [.read, .write])
        } catch let error as SFTPError where error.isRefusal {
            return nil
        }
        do {
            if try await holds(part, handle, theFirst: kept, of: content, options.resume) { return (handle, kept) }
        } catch {
            forget(handle)
            throw error
        }
        forget(handle)
        return nil
    }

    private func holds(
        _ part: SFTPPath, _ handle: [UInt8], theFirst kept: Int, of content: SharedBytes,
        _ check: SFTPUploadOptions.Check
    ) async throws -> Bool {
        var tail = 256 * 1024
        switch check {
        case .never: return false
        case .tail(let bytes): tail = max(1, bytes)
        case .hash(let ask):
            if let hash = try await ask(part, kept) { return try await hash == Self.hash(of: content, kept) }
        }
        let compared = ComparedBytes(content, from: max(0, kept - tail))
        let range = UInt64(compared.position)..<UInt64(kept)
        try await ReadPipeline(handle, part, range, into: compared, on: self, meter: nil).run()
        return compared.isEqual && compared.position == kept
    }

    /// With pauses in which the lane's other work goes on.
    private static func hash(of content: SharedBytes, _ count: Int) async throws -> SHA256Digest {
        var hash = SHA256()
        var position = 0
        while position < count {
            try Task.checkCancellation()
            let end = min(position + 1 << 20, count)
            content.withUnsafeBytes(in: position..<end) { hash.update($0) }
            position = end
            await Task.yield()
        }
        return hash.finish()
    }
}

// Sendable: touched only on the client's lane.

/// Compares what comes with bytes that are known.
private final class ComparedBytes: SFTPSink, @unchecked Sendable {
    private(set) var isEqual = true
    private(set) var position: Int
    private let content: SharedBytes

    init(_ content: SharedBytes, from position: Int) {
        self.content = content
        self.position = position
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        let range = position..<min(position + bytes.count, content.count)
        isEqual = isEqual && content.withUnsafeBytes(in: range) { $0.elementsEqual(bytes) }
        position = range.upperBound
    }
}
