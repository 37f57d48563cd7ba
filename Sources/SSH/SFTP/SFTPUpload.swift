public import Crypto
public import Lanes

/// How one file is put on a server.
public struct SFTPUploadOptions: Sendable {
    /// How what is there of an interrupted upload is told to be the beginning of this one.
    public enum Check: Sendable {
        /// The last bytes of what will be kept are read back and compared, as many as this.
        case tail(bytes: Int)
        /// The hash of the part's first bytes is asked for, say by `head -c COUNT PART | sha256sum`; nil means that it
        /// cannot be had, and the tail is compared.
        case hash(@Sendable (_ part: SFTPPath, _ count: Int) async throws -> SHA256Digest?)
        /// Nothing is kept.
        case never
    }

    /// Permission bits.
    public var mode: UInt32 = 0o644
    /// The time of the last change, in seconds since 1970; nil for the server's time now.
    public var modified: Int64?
    /// How an interrupted upload is gone on with.
    public var resume = Check.tail(bytes: 256 * 1024)
    /// Names the content in the part's name, so that another content does not go on with this one: 4 to 32 letters or
    /// digits, such as the beginning of its hash.
    public var tag: String
    /// Whether the server is to have it on its disk before it gets its name, where the server can (OpenSSH).
    public var syncs = false
    /// Whether the free space is looked at before anything is sent, for files of 1 MiB and more.
    public var looksAtSpace = true

    /// Options by default, for content that the tag names.
    public init(tag: String) { self.tag = tag }
}

/// What an upload came to.
public struct SFTPUploadResult: Hashable, Sendable {
    /// Bytes that were sent.
    public let sentBytes: Int
    /// Bytes that were there from an interrupted upload and were kept.
    public let keptBytes: Int
}

extension SFTPClient {
    /// Puts a file on the server: written under another name in the same folder, and renamed when it is whole.
    ///
    /// When the channel is lost or the task is cancelled, the part stays and a later call goes on with it; when the
    /// server refuses, the part is removed. A link that has the name is replaced and not followed.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`, or what the check throws.
    public func upload(
        _ content: SharedBytes, to path: SFTPPath, _ options: SFTPUploadOptions, meter: ProgressMeter? = nil
    ) async throws -> SFTPUploadResult {
        lane.preconditionOnLane()
        let part = path.part(tag: options.tag)
        do {
            let (handle, kept) = try await openPart(part, of: path, for: content, options)
            try await finish(handle, path, content, from: kept, options, meter)
            try await rename(part, to: path)
            return SFTPUploadResult(sentBytes: content.count - kept, keptBytes: kept)
        } catch let error as SFTPError where error.isRefusal {
            try await removeIfPresent(part)
            throw try await explained(error, path, byteCount: content.count)
        }
    }

    private func finish(
        _ handle: [UInt8], _ path: SFTPPath, _ content: SharedBytes, from kept: Int, _ options: SFTPUploadOptions,
        _ meter: ProgressMeter?
    ) async throws {
        if options.looksAtSpace {
            do { try await requireSpace(for: content.count - kept, at: path) } catch {
                forget(handle)
                throw error
            }
        }
        let attributes = SFTPAttributes(mode: options.mode, modified: options.modified)
        try await fill(handle, path, content, from: kept, attributes, syncs: options.syncs, meter)
    }

    /// Less than this is not worth a question.
    private static let spaceMatters = 1 << 20

    private func requireSpace(for count: Int, at path: SFTPPath) async throws {
        guard count >= Self.spaceMatters, let space = try await space(at: path.parent) else { return }
        guard space.free < UInt64(count) else { return }
        throw SFTPError(
            .noSpace, SFTPOperation("write", path, on: name).words,
            "\(count) bytes are to come, and only \(space.free) are free", advice: "free some space on the server")
    }
}
