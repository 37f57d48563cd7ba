extension SFTPClient {
    /// A refusal without a reason, with the reason that a look at the server finds: OpenSSH says "Failure" for nearly
    /// everything, a full disk and a folder in the way alike.
    ///
    /// - Parameter byteCount: How many bytes were to be written.
    func explained(_ error: SFTPError, _ path: SFTPPath, byteCount: Int) async throws -> SFTPError {
        do {
            return try await reason(for: error, path, byteCount)
        } catch let other as SFTPError where other.isRefusal {
            return error  // the server does not let us look either
        }
    }

    private func reason(for error: SFTPError, _ path: SFTPPath, _ byteCount: Int) async throws -> SFTPError {
        switch error.code {
        case .refused:
            if try await lookIfPresent(at: path, followingLinks: false)?.kind == .folder {
                return SFTPError(
                    .wrongKind, error.operation, "a folder has this name", advice: "remove it, or choose another path")
            }
            // What was refused is removed by now, so the space that it took counts as free again.
            if let space = try await space(at: path.parent) {
                if space.free < UInt64(max(byteCount, 1)) {
                    return SFTPError(
                        .noSpace, error.operation,
                        "the disk is full: \(byteCount) bytes were to be written, and \(space.free) are free",
                        advice: "free some space on the server")
                }
                if space.freeFiles == 0 {
                    return SFTPError(
                        .noSpace, error.operation, "the disk has no room for another file's name",
                        advice: "remove some files on the server")
                }
            }
            return SFTPError(
                error.code, error.operation, error.reason,
                advice: "see the disk's state, quotas and the file size limit there")
        case .badName where path.name.count > 255:
            return SFTPError(
                .badName, error.operation, "its name has \(path.name.count) bytes, and 255 is the limit",
                advice: "choose a shorter name")
        case .noSuchFile:
            guard let parent = try await lookIfPresent(at: path.parent) else {
                return SFTPError(
                    .noSuchFile, error.operation, "the folder \(path.parent) is not there", advice: "make it first")
            }
            guard parent.kind == .folder else {
                return SFTPError(.wrongKind, error.operation, "the folder \(path.parent) is no folder")
            }
            return error
        default: return error
        }
    }
}
