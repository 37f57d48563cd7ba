public import Lanes

/// Takes a tree that comes from a server; everything is called on the lane, and paths hold plain names only.
public protocol SFTPTreeTaker: AnyObject, Sendable {
    /// Makes a folder; folders come before what lies in them.
    func makeFolder(_ entry: SFTPTreeEntry) throws
    /// Begins a file; nil when it is there already and need not come.
    func begin(_ entry: SFTPTreeEntry) throws -> (any SFTPTreeFile)?
    /// Makes a symbolic link, when all files are there; its text leads to no place outside of the tree.
    func makeLink(_ entry: SFTPTreeEntry, to target: [UInt8]) throws
}

/// Takes one file of a tree.
public protocol SFTPTreeFile: SFTPSink {
    /// How many bytes of it are there already and need not come.
    var offset: UInt64 { get }
    /// Gives the file its name, mode and time: all has come.
    func finish(_ result: SFTPDownloadResult) throws
    /// Lets go of it: no more comes.
    func abandon(_ error: any Error)
}

extension SFTPClient {
    /// Reads a folder and all below it, several files at a time.
    ///
    /// Links are made and not followed; those whose text leads out of the tree are left out and told, as are devices
    /// and names that would leave the folder.
    ///
    /// - Returns: What came and what did not.
    /// - Throws: ``SFTPError`` when the channel is lost or the folder itself cannot be read; `CancellationError`; what
    ///   the taker throws.
    public func download(
        tree root: SFTPPath, into taker: any SFTPTreeTaker, meter: ProgressMeter? = nil
    ) async throws -> SFTPTreeReport {
        let download = TreeDownload(root, try await walk(root), into: taker, on: self, meter: meter)
        return try await download.run()
    }
}

// Sendable: touched only by tasks of the client's lane.

/// One tree on its way here.
private final class TreeDownload: @unchecked Sendable {
    private let client: SFTPClient
    private let root: SFTPPath
    private let tree: SFTPTree
    private let taker: any SFTPTreeTaker
    private let meter: ProgressMeter?
    private var report = SFTPTreeReport()

    init(
        _ root: SFTPPath, _ tree: SFTPTree, into taker: any SFTPTreeTaker, on client: SFTPClient, meter: ProgressMeter?
    ) {
        self.root = root
        self.tree = tree
        self.taker = taker
        self.client = client
        self.meter = meter
        report.refusals = tree.faults
    }

    func run() async throws -> SFTPTreeReport {
        for entry in tree.entries where entry.attributes.kind == .folder { try taker.makeFolder(entry) }
        let width = client.limits.openFiles
        let files = tree.entries.filter { $0.attributes.kind == .file }
        meter?.foresee(files.reduce(0) { $0 &+ ($1.attributes.size ?? 0) })
        try await client.forEach(of: files, width: width) { [self] in try await move($0) }
        // Links last: nothing is ever written through one.
        let links = tree.entries.filter { $0.attributes.kind == .link }
        try await client.forEach(of: links, width: width) { [self] in try await moveLink($0) }
        report.sort()
        return report
    }

    private func move(_ entry: SFTPTreeEntry) async throws {
        guard let file = try taker.begin(entry) else {
            report.unchanged += 1
            return
        }
        do {
            let result = try await client.download(
                root.appending(entry.path.bytes), from: file.offset, knowing: entry.attributes, into: file, meter: meter
            )
            try file.finish(result)
            report.moved += 1
            if result.change != nil { report.changed.append(entry.path) }
            report.bytes += result.bytes
            report.keptBytes += file.offset
        } catch let error as SFTPError where error.isRefusal {
            file.abandon(error)
            report.refuse(entry.path, error)
        } catch {
            file.abandon(error)
            throw error
        }
    }

    private func moveLink(_ entry: SFTPTreeEntry) async throws {
        let path = root.appending(entry.path.bytes)
        do {
            let target = try await client.readLink(path)
            guard LinkTarget.staysInside(target, from: entry.path) else {
                let operation = SFTPOperation("read link", path, on: client.name).words
                throw SFTPError(.badName, operation, "it leads out of the folder, to \(SFTPPath(target))")
            }
            try taker.makeLink(entry, to: target)
            report.moved += 1
        } catch let error as SFTPError where error.isRefusal {
            report.refuse(entry.path, error)
        }
    }
}
