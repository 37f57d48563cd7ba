public import ADBWire
import Lanes

/// One entry of a folder on a phone.
public struct ListedFile: Hashable, Sendable {
    /// The entry's own name: never empty, without `/` and NUL, neither `.` nor `..`; not always UTF-8.
    public let name: [UInt8]
    /// What it is, without following a link.
    public let status: FileStatus

    /// The name as text; bytes that are no UTF-8 are replaced.
    public var text: String { String(decoding: name, as: UTF8.self) }
}

/// One entry of a tree of folders on a phone.
public struct TreeEntry: Hashable, Sendable {
    /// The path below the tree's root, without a `/` in front; every part is a checked name.
    public let path: [UInt8]
    /// What it is, without following a link.
    public let status: FileStatus

    /// The path as text; bytes that are no UTF-8 are replaced.
    public var text: String { String(decoding: path, as: UTF8.self) }
}

extension ADBConnection {
    /// Lists a folder; one that is missing or unreadable is an empty list, as phones tell it.
    ///
    /// - Throws: ``ADBError``: `protocolViolation` when a name would leave the folder; `CancellationError`.
    public func list(_ folder: String) async throws -> [ListedFile] {
        try await list(folders: [Array(folder.utf8)]).first ?? []
    }

    /// Lists a folder and everything below it, without following links; parents come before their entries.
    ///
    /// All folders of a level are asked about in one go.
    ///
    /// - Parameter limit: How many entries are taken at most. Default: one million.
    /// - Throws: ``ADBError``: `protocolViolation` for hostile names, or more entries or levels than a tree has.
    public func tree(_ root: String, limit: Int = 1_000_000) async throws -> [TreeEntry] {
        var entries: [TreeEntry] = []
        var level: [[UInt8]] = [[]]
        let slash = UInt8(ascii: "/")
        let base = Array(root.utf8) + (root.hasSuffix("/") ? [] : [slash])
        for _ in 0..<128 {
            guard !level.isEmpty else { return entries }
            let listings = try await list(folders: level.map { base + $0 })
            var next: [[UInt8]] = []
            for (folder, listing) in zip(level, listings) {
                for file in listing {
                    let path = folder.isEmpty ? file.name : folder + [slash] + file.name
                    entries.append(TreeEntry(path: path, status: file.status))
                    if file.status.isDirectory { next.append(path) }
                }
            }
            guard entries.count <= limit else { break }
            level = next
        }
        throw ADBError(.protocolViolation, "list \(root) on \(name)", "the tree has more entries than any honest one")
    }

    private func list(folders: [[UInt8]]) async throws -> [[ListedFile]] {
        let operation = "list \(String(decoding: folders.first ?? [], as: UTF8.self)) on \(name)"
        let isNew = features.contains(.ls_v2)
        var requests: [UInt8] = []
        for folder in folders { try encode(.list(isNew ? .list2 : .list, path: folder), operation, to: &requests) }
        let conversation = ListConversation(count: folders.count, expectation: isNew ? .directory2 : .directory1)
        return try await converse(conversation, operation, first: SharedBytes(requests))
    }
}

// Sendable: touched only on the connection's lane.
private final class ListConversation: SyncConversation, @unchecked Sendable {
    let end = Waiter<[[ListedFile]]>()
    var stream: (any ADBStream)?
    var reader = SyncReader()
    let expectation: SyncExpectation?
    private let count: Int
    private var folders: [[ListedFile]] = []
    private var files: [ListedFile] = []
    private var total = 0

    init(count: Int, expectation: SyncExpectation) {
        self.count = count
        self.expectation = expectation
    }

    func take(_ response: SyncResponse) throws -> [[ListedFile]]? {
        switch response {
        case .entry(let status, let name):
            total += 1
            guard total <= 1_000_000 else { throw WireError(.lengthOutOfRange, "number of entries") }
            if let file = try checked(name, status) { files.append(file) }
            return nil
        case .done:
            folders.append(files)
            files = []
            return folders.count == count ? folders : nil
        case .failed(let reason): throw ADBError(.phoneSaid, "list a folder", reason)
        case .status, .data, .okay: return nil
        }
    }

    /// A name that could lead out of the folder is no mistake; nothing of such a phone is believed.
    private func checked(_ name: [UInt8], _ status: FileStatus) throws -> ListedFile? {
        let dot = UInt8(ascii: ".")
        guard name != [dot], name != [dot, dot] else { return nil }
        guard !name.isEmpty, !name.contains(UInt8(ascii: "/")), !name.contains(0) else {
            throw WireError(.malformed, "a file name that leads out of its folder")
        }
        return ListedFile(name: name, status: status)
    }
}
