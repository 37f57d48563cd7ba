extension SFTPClient {
    /// What lies in a folder, without `.` and `..`, in the server's order; names are as the server gives them.
    ///
    /// - Throws: ``SFTPError``, also `tooMany` beyond ``SFTPLimits/entries``; `CancellationError`.
    public func list(_ path: SFTPPath) async throws -> [SFTPEntry] {
        let handle = try await value(.opendir(path), path, Self.handle)
        defer { forget(handle) }
        var entries: [SFTPEntry] = []
        var nameBytes = 0
        while let more = try await readFolder(handle, path) {
            entries += more.filter { $0.name != [0x2E] && $0.name != [0x2E, 0x2E] }
            nameBytes += more.reduce(0) { $0 + $1.name.count }
            try requireSane(entries.count, nameBytes, path)
        }
        return entries
    }

    /// A server must not fill our memory by listing without end.
    func requireSane(_ entries: Int, _ nameBytes: Int, _ path: SFTPPath) throws(SFTPError) {
        guard entries > limits.entries || nameBytes > limits.nameBytes else { return }
        let what = entries > limits.entries ? "\(limits.entries) entries" : "\(limits.nameBytes) bytes of names"
        throw SFTPError(.tooMany, SFTPOperation("list", path, on: name).words, "it holds more than \(what)")
    }

    /// The next entries; nil at the end.
    private func readFolder(_ handle: [UInt8], _ path: SFTPPath) async throws -> [SFTPEntry]? {
        try await value(.readdir(handle: handle), path) { answer -> [SFTPEntry]?? in
            switch answer {
            // An answer without names would be asked for again without end.
            case .names(let names): .some(names.isEmpty ? nil : names)
            case .status(let status) where status.code == SFTPStatus.endOfFile: .some(nil)
            default: nil
            }
        }
    }

    /// Makes one folder.
    ///
    /// - Parameter mode: Permission bits; the server's user mask takes some away.
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func makeFolder(_ path: SFTPPath, mode: UInt32 = 0o755) async throws {
        try await perform(.mkdir(path, SFTPAttributes(mode: mode, modified: nil)), path)
    }

    /// Makes a folder and those that it lies in; those that are there are left as they are.
    ///
    /// - Returns: Whether the folder itself was made.
    /// - Throws: ``SFTPError``, `CancellationError`.
    @discardableResult
    public func makeFolders(_ path: SFTPPath, mode: UInt32 = 0o755) async throws -> Bool {
        do {
            try await makeFolder(path, mode: mode)
            return true
        } catch let error as SFTPError where error.code == .noSuchFile && path.parent != path && path.parent != "." {
            try await makeFolders(path.parent, mode: mode)
            return try await makeFolderIfMissing(path, mode: mode)
        } catch let error as SFTPError where error.isRefusal {
            try await requireFolder(path, or: error)
            return false
        }
    }

    /// Makes a folder whose parent is there; another one may make it at the same time.
    ///
    /// - Returns: Whether it was made.
    func makeFolderIfMissing(_ path: SFTPPath, mode: UInt32) async throws -> Bool {
        do {
            try await makeFolder(path, mode: mode)
            return true
        } catch let error as SFTPError where error.isRefusal {
            try await requireFolder(path, or: error)
            return false
        }
    }

    /// The refusal to make a folder is no failure where there is one.
    private func requireFolder(_ path: SFTPPath, or error: SFTPError) async throws {
        guard let there = try await lookIfPresent(at: path) else { throw error }
        guard there.kind == .folder || there.kind == .unknown else {
            throw SFTPError(
                .wrongKind, error.operation, "something that is no folder is there",
                advice: "remove it, or choose another path")
        }
    }

    /// Removes an empty folder.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    public func removeFolder(_ path: SFTPPath) async throws {
        do {
            try await perform(.rmdir(path), path)
        } catch let error as SFTPError where error.code == .refused {
            guard try await !list(path).isEmpty else { throw error }
            throw SFTPError(.exists, error.operation, "it is not empty", advice: "remove what lies in it first")
        }
    }
}
