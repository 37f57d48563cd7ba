extension SFTPClient {
    /// The absolute path behind a path, links followed; `.` is where the user's session begins.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func resolve(_ path: SFTPPath) async throws -> SFTPPath {
        try await value(.realpath(path), path) { answer in
            guard case .names(let names) = answer, names.count == 1 else { return nil }
            return SFTPPath(names[0].name)
        }
    }

    /// What is behind a path.
    ///
    /// - Parameter followingLinks: Whether a link's target is looked at, or the link.
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func look(at path: SFTPPath, followingLinks: Bool = true) async throws -> SFTPAttributes {
        try await value(followingLinks ? .stat(path) : .lstat(path), path, Self.attributes)
    }

    /// What is behind a path; nil when nothing is there.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func lookIfPresent(at path: SFTPPath, followingLinks: Bool = true) async throws -> SFTPAttributes? {
        do {
            return try await look(at: path, followingLinks: followingLinks)
        } catch let error as SFTPError where error.code == .noSuchFile {
            return nil
        }
    }

    /// Sets what is not nil.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func set(_ attributes: SFTPAttributes, of path: SFTPPath) async throws {
        try await perform(.setstat(path, attributes), path)
    }

    /// Removes a file or a link.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func remove(_ path: SFTPPath) async throws { try await perform(.remove(path), path) }

    /// Removes what we have made and do not need any more; a refusal interests nobody.
    func removeIfPresent(_ path: SFTPPath) async throws {
        do {
            try await remove(path)
        } catch let error as SFTPError where error.isRefusal {}
    }

    /// Gives a file another name; what has that name is replaced, at once where the server can (OpenSSH).
    ///
    /// On other servers what is there is removed first, so for a moment nothing has the name.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func rename(_ path: SFTPPath, to new: SFTPPath) async throws {
        guard !offer.hasPosixRename else { return try await perform(.posixRename(path, to: new), new) }
        do {
            try await perform(.rename(path, to: new), new)
        } catch let error as SFTPError where error.isRefusal {
            guard let there = try await lookIfPresent(at: new, followingLinks: false), there.kind != .folder else {
                throw error
            }
            try await remove(new)
            try await perform(.rename(path, to: new), new)
        }
    }

    /// Makes a symbolic link.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func makeLink(_ path: SFTPPath, to target: [UInt8]) async throws {
        try await perform(.symlink(path, target: target), path)
    }

    /// Makes another name for a file; only where the server offers `hardlink@openssh.com`.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func makeHardLink(_ path: SFTPPath, to existing: SFTPPath) async throws {
        guard offer.hasHardlink else {
            let operation = SFTPOperation("make link", path, on: name).words
            throw SFTPError(.unsupported, operation, "the server does not offer hard links")
        }
        try await perform(.hardlink(existing, to: path), path)
    }

    /// A symbolic link's text.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func readLink(_ path: SFTPPath) async throws -> [UInt8] {
        try await value(.readlink(path), path) { answer in
            guard case .names(let names) = answer, names.count == 1 else { return nil }
            return names[0].name
        }
    }

    /// The room that is left where a path lies; nil when the server cannot tell.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func space(at path: SFTPPath) async throws -> SFTPSpace? {
        guard offer.hasSpace else { return nil }
        return try await value(.statvfs(path), path) { answer in
            guard case .extended(let bytes) = answer else { return nil }
            return try? SFTPSpace(from: bytes)  // too short an answer is no answer, which the caller tells
        }
    }

    func open(_ path: SFTPPath, _ flags: SFTPOpenFlags, _ attributes: SFTPAttributes = SFTPAttributes()) async throws
        -> [UInt8]
    {
        try await value(.open(path, flags, attributes), path, Self.handle)
    }

    static func handle(_ answer: SFTPAnswer) -> [UInt8]? {
        if case .handle(let handle) = answer { handle } else { nil }
    }

    static func attributes(_ answer: SFTPAnswer) -> SFTPAttributes? {
        if case .attributes(let attributes) = answer { attributes } else { nil }
    }
}
