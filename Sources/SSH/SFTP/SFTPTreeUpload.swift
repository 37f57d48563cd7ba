public import Lanes

extension SFTPClient {
    /// Puts many files, folders and links below a folder, many at a time.
    ///
    /// Folders are made once and those that are there are kept. Each file is whole or absent, as with
    /// ``upload(_:to:_:meter:)``. Modes and times of folders are set at the end.
    ///
    /// - Returns: What was moved and what the server refused; a refusal does not keep others from being tried, but a
    ///   full disk or eight alike in a row do.
    /// - Throws: ``SFTPError`` when the channel is lost or the root cannot be made; `CancellationError`; what an item's
    ///   bytes throw.
    public func upload(
        tree items: [SFTPTreeItem], to root: SFTPPath, _ options: SFTPTreeOptions = SFTPTreeOptions(),
        meter: ProgressMeter? = nil
    ) async throws -> SFTPTreeReport {
        lane.preconditionOnLane()
        let upload = TreeUpload(items, to: root, options, on: self, meter: meter)
        return try await upload.run()
    }
}

// Sendable: touched only by tasks of the client's lane.

/// One tree on its way to a server.
private final class TreeUpload: @unchecked Sendable {
    private let client: SFTPClient
    private let root: SFTPPath
    private let options: SFTPTreeOptions
    private let meter: ProgressMeter?
    private var items: [SFTPTreeItem] = []
    private var report = SFTPTreeReport()
    private var refusalsInARow = 0
    private var lastReason: String?
    private var isGivenUp = false

    init(
        _ items: [SFTPTreeItem], to root: SFTPPath, _ options: SFTPTreeOptions, on client: SFTPClient,
        meter: ProgressMeter?
    ) {
        self.client = client
        self.root = root
        self.options = options
        self.meter = meter
        var seen: Set<SFTPPath> = []
        for item in items {
            if item.path.plainNames == nil {
                report.refuse(item.path, fault(item, "this is no path below a folder"))
            } else if !seen.insert(item.path).inserted {
                report.refuse(item.path, fault(item, "the tree has it twice"))
            } else {
                self.items.append(item)
            }
        }
    }

    private func fault(_ item: SFTPTreeItem, _ reason: String) -> SFTPError {
        SFTPError(.badName, SFTPOperation("write", item.path, on: client.name).words, reason)
    }

    func run() async throws -> SFTPTreeReport {
        try await client.makeFolders(root, mode: options.folderMode)
        try await makeFolders()
        try await requireSpace()
        let width = client.limits.openFiles
        try await client.forEach(of: items.filter(\.isNoFolder), width: width) { [self] in try await move($0) }
        try await finishFolders()
        report.sort()
        return report
    }

    // MARK: Folders

    /// All folders by their depth, so that each level can be made at once.
    private func makeFolders() async throws {
        var modes: [SFTPPath: UInt32] = [:]
        for item in items {
            let names = item.path.plainNames ?? []
            let own = if case .folder = item.content { names.count } else { names.count - 1 }
            for depth in 0..<max(0, own) {
                let path = SFTPPath(Array(names[...depth].joined(separator: [UInt8(ascii: "/")])))
                if modes[path] == nil { modes[path] = options.folderMode }
            }
        }
        let levels = Dictionary(grouping: modes.keys) { $0.bytes.count { $0 == UInt8(ascii: "/") } }
        for (_, paths) in levels.sorted(by: { $0.key < $1.key }) {
            try await client.forEach(of: paths, width: client.limits.openFiles) { [self] path in
                do {
                    // Writable by us until its files are there, whatever its mode will be.
                    _ = try await client.makeFolderIfMissing(root.appending(path.bytes), mode: 0o755)
                } catch let error as SFTPError where error.isRefusal {
                    report.refuse(path, error)
                }
            }
        }
    }

    /// The deepest first, as a folder may lose the right to be entered.
    private func finishFolders() async throws {
        let folders = items.filter { !$0.isNoFolder }.sorted { $0.path.bytes.count > $1.path.bytes.count }
        let refused = Set(report.refusals.map(\.path))
        for item in folders where !refused.contains(item.path) {
            _ = client.start(
                .setstat(root.appending(item.path.bytes), SFTPAttributes(mode: item.mode, modified: item.modified)),
                item.path)
        }
        // Answered behind all of those.
        if !folders.isEmpty { _ = try await client.lookIfPresent(at: root) }
    }

    // MARK: Files and links

    private func requireSpace() async throws {
        var wanted = 0
        for case .file(let size, _) in items.map(\.content) { wanted += size }
        guard wanted >= 1 << 20, !options.skipsUnchanged, let space = try await client.space(at: root) else { return }
        guard space.free < UInt64(wanted) else { return }
        throw SFTPError(
            .noSpace, SFTPOperation("write", root, on: client.name).words,
            "\(wanted) bytes are to come, and only \(space.free) are free", advice: "free some space on the server")
    }

    private func move(_ item: SFTPTreeItem) async throws {
        guard !isGivenUp else {
            report.untried += 1
            return
        }
        do {
            if options.skipsUnchanged, try await isThere(item) {
                report.unchanged += 1
            } else {
                try await send(item)
                report.moved += 1
            }
            refusalsInARow = 0
        } catch let error as SFTPError where error.isRefusal {
            report.refuse(item.path, error)
            refusalsInARow = error.reason == lastReason ? refusalsInARow + 1 : 1
            lastReason = error.reason
            // Finding out a thousand times that a disk is full helps nobody.
            isGivenUp = isGivenUp || error.code == .noSpace || refusalsInARow >= 8
        }
    }

    private func send(_ item: SFTPTreeItem) async throws {
        let path = root.appending(item.path.bytes)
        switch item.content {
        case .folder: break
        case .link(let target): try await sendLink(path, target, item)
        case .file(_, let bytes):
            var upload = SFTPUploadOptions(tag: item.partTag)
            upload.mode = item.mode
            upload.modified = item.modified
            upload.resume = options.resume
            upload.syncs = options.syncs
            upload.looksAtSpace = false
            let result = try await client.upload(bytes(), to: path, upload, meter: meter)
            report.bytes += UInt64(result.sentBytes)
            report.keptBytes += UInt64(result.keptBytes)
        }
    }

    /// Made under another name first, so that what has the name is replaced at once.
    private func sendLink(_ path: SFTPPath, _ target: [UInt8], _ item: SFTPTreeItem) async throws {
        let part = path.part(tag: item.partTag)
        do {
            try await client.makeLink(part, to: target)
        } catch let error as SFTPError where error.code == .refused {
            try await client.remove(part)
            try await client.makeLink(part, to: target)
        }
        do {
            try await client.rename(part, to: path)
        } catch let error as SFTPError where error.isRefusal {
            try await client.removeIfPresent(part)
            throw try await client.explained(error, path, byteCount: 0)
        }
    }

    private func isThere(_ item: SFTPTreeItem) async throws -> Bool {
        let path = root.appending(item.path.bytes)
        guard let there = try await client.lookIfPresent(at: path, followingLinks: false) else { return false }
        switch item.content {
        case .folder: return there.kind == .folder
        case .link(let target): return there.kind == .link ? try await client.readLink(path) == target : false
        case .file(let size, _):
            guard let modified = item.modified, there.kind == .file, there.size == UInt64(size),
                there.modified == UInt32(clamping: modified)
            else { return false }
            if (there.mode ?? 0) & 0o7777 != item.mode & 0o7777 {
                try await client.set(SFTPAttributes(mode: item.mode, modified: modified), of: path)
            }
            return true
        }
    }
}

extension SFTPTreeItem {
    fileprivate var isNoFolder: Bool { if case .folder = content { false } else { true } }
}
