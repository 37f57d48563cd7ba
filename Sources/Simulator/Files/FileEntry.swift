/// One name in a phone's file tree, with everything below it.
///
/// A value: copying a tree shares all of it, and a change copies only the way from the root to the change. Thousands
/// of phones therefore start from one image at no cost.
struct FileEntry: Sendable {
    enum Kind: Sendable {
        case folder
        case file(FileContent)
        case link(String)
        case device
    }

    var kind: Kind
    /// Permission bits only, at most 0o7777.
    var permissions: UInt32
    var owner: UInt32
    var group: UInt32
    /// Seconds since 1970.
    var modified: Int64
    var inode: UInt64
    /// The entries of a folder; empty for everything else.
    var children: [String: FileEntry]

    /// A folder owned by `owner`.
    static func folder(_ permissions: UInt32 = 0o755, owner: UInt32 = 0, _ children: [String: FileEntry] = [:]) -> Self
    {
        FileEntry(
            kind: .folder, permissions: permissions, owner: owner, group: owner, modified: FileEntry.epoch, inode: 1,
            children: children)
    }

    static func file(_ text: String, _ permissions: UInt32 = 0o644) -> Self {
        FileEntry(
            kind: .file(.bytes(Array(text.utf8))), permissions: permissions, owner: 0, group: 0,
            modified: FileEntry.epoch, inode: 1, children: [:])
    }

    static func link(_ destination: String) -> Self {
        FileEntry(
            kind: .link(destination), permissions: 0o777, owner: 0, group: 0, modified: FileEntry.epoch, inode: 1,
            children: [:])
    }

    static func device() -> Self {
        FileEntry(
            kind: .device, permissions: 0o666, owner: 0, group: 0, modified: FileEntry.epoch, inode: 1, children: [:])
    }

    /// The age of everything on the system image: 2009-01-01, as real images have it.
    static let epoch: Int64 = 1_230_768_000

    var isFolder: Bool { if case .folder = kind { true } else { false } }
    var isFile: Bool { if case .file = kind { true } else { false } }
    var content: FileContent? { if case .file(let content) = kind { content } else { nil } }
    var destination: String? { if case .link(let destination) = kind { destination } else { nil } }

    /// Type bits and permissions together, as `stat` tells them.
    var mode: UInt32 {
        switch kind {
        case .folder: 0o040000 | permissions
        case .file: 0o100000 | permissions
        case .link: 0o120000 | permissions
        case .device: 0o020000 | permissions
        }
    }

    /// Changes what is below it at `names`, in place.
    ///
    /// - Throws: `noSuchFile` when a name is missing on the way.
    mutating func change<Result>(
        _ names: ArraySlice<String>, _ body: (inout FileEntry) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        guard let first = names.first else { return try body(&self) }
        // A copy of an entry on the way would take longer than all the rest.
        guard let result = try children[first]?.change(names.dropFirst(), body) else { throw .noSuchFile }
        return result
    }

    /// Changes the entry in place, also where it lies in a folder.
    mutating func apply(_ change: (inout FileEntry) -> Void) { change(&self) }

    /// Bytes, as `stat` tells them.
    var size: UInt64 {
        switch kind {
        case .folder: 4096
        case .file(let content): content.size
        case .link(let destination): UInt64(destination.utf8.count)
        case .device: 0
        }
    }

    /// Bytes of all files below and including this entry.
    var totalSize: UInt64 {
        switch kind {
        case .file(let content): content.size
        case .folder: children.values.reduce(0) { $0 + $1.totalSize }
        case .link, .device: 0
        }
    }
}
