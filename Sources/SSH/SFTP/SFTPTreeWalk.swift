import Lanes

/// One thing that was found below a folder of a server; its path holds plain names only.
public struct SFTPTreeEntry: Hashable, Sendable {
    /// Where it lies, below the folder.
    public let path: SFTPPath
    /// What the server says about it, links not followed.
    public let attributes: SFTPAttributes
}

/// What lies below a folder of a server.
public struct SFTPTree: Hashable, Sendable {
    /// Files, folders and links; folders come before what lies in them.
    public internal(set) var entries: [SFTPTreeEntry] = []
    /// What is left out and why: hostile names, devices, folders that cannot be read; sorted by their paths.
    public internal(set) var faults: [SFTPTreeRefusal] = []
}

extension SFTPClient {
    /// Looks through a folder and all below it, several folders at a time; links are listed and not followed.
    ///
    /// - Throws: ``SFTPError`` when the folder itself cannot be read, or there is more than the limits allow;
    ///   `CancellationError`.
    public func walk(_ root: SFTPPath) async throws -> SFTPTree {
        lane.preconditionOnLane()
        let walk = TreeWalk(root, on: self)
        return try await walk.run()
    }
}

// Sendable: touched only by tasks of the client's lane.

/// One look through a tree, level by level.
private final class TreeWalk: @unchecked Sendable {
    private let client: SFTPClient
    private let root: SFTPPath
    private var tree = SFTPTree()
    private var below: [SFTPPath] = []
    private var count = 0
    private var pathBytes = 0

    /// Folders that are listed at a time.
    private static let width = 16

    init(_ root: SFTPPath, on client: SFTPClient) {
        self.root = root
        self.client = client
    }

    func run() async throws -> SFTPTree {
        try await take(try await client.list(root), nil)
        var depth = 1
        while !below.isEmpty {
            depth += 1
            guard depth <= client.limits.depth else {
                throw SFTPError(
                    .tooMany, SFTPOperation("list", root, on: client.name).words,
                    "folders lie in each other more than \(client.limits.depth) deep")
            }
            let level = below
            below = []
            try await client.forEach(of: level, width: Self.width) { [self] folder in
                do {
                    try await take(try await client.list(root.appending(folder.bytes)), folder)
                } catch let error as SFTPError where error.isRefusal && error.code != .tooMany {
                    tree.faults.append(SFTPTreeRefusal(path: folder, error: error))
                }
            }
        }
        tree.faults.sort { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
        return tree
    }

    private func take(_ entries: [SFTPEntry], _ folder: SFTPPath?) async throws {
        count += entries.count
        let prefix = folder?.bytes.count ?? 0
        pathBytes += entries.reduce(0) { $0 + prefix + $1.name.count }
        try client.requireSane(count, pathBytes, root)
        var seen: Set<[UInt8]> = []
        for entry in entries {
            let path = folder?.appending(entry.name) ?? SFTPPath(entry.name)
            if let fault = SFTPNameFault(entry.name) {
                leaveOut(path, .badName, fault.reason)
            } else if !seen.insert(entry.name).inserted {
                leaveOut(path, .badName, "the folder lists this name twice")
            } else {
                try await add(path, try await known(entry.attributes, path))
            }
        }
    }

    /// Servers need not say of what kind an entry is.
    private func known(_ attributes: SFTPAttributes, _ path: SFTPPath) async throws -> SFTPAttributes? {
        guard attributes.kind == .unknown else { return attributes }
        return try await client.lookIfPresent(at: root.appending(path.bytes), followingLinks: false)
    }

    private func add(_ path: SFTPPath, _ attributes: SFTPAttributes?) async throws {
        switch attributes?.kind {
        case nil: break  // gone meanwhile
        case .special?, .unknown?: leaveOut(path, .wrongKind, "it is no file, folder or link")
        case .folder?:
            below.append(path)
            fallthrough
        case .file?, .link?:
            if let attributes { tree.entries.append(SFTPTreeEntry(path: path, attributes: attributes)) }
        }
    }

    private func leaveOut(_ path: SFTPPath, _ code: SFTPError.Code, _ reason: String) {
        let operation = SFTPOperation("read", root.appending(path.bytes), on: client.name).words
        tree.faults.append(SFTPTreeRefusal(path: path, error: SFTPError(code, operation, reason)))
    }
}
