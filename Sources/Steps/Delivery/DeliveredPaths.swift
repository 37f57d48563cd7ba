import Farm
import Synchronization

/// The paths that a payload puts below a folder, for telling what else is there; made once for all phones.
final class DeliveredPaths: Sendable {
    /// Every path with the folders on its way, byte by byte.
    let exact: Set<[UInt8]>
    /// Those of them that are folders.
    let folders: Set<[UInt8]>
    /// Whether there is anything but folders.
    let hasFiles: Bool
    private let leavesOut: (@Sendable ([UInt8], Bool) -> Bool)?
    private let folded = Mutex<[String: [[UInt8]]]?>(nil)

    /// The paths of a payload, as another phone made them.
    static func shared(_ files: FilesPayload) -> DeliveredPaths {
        files.derived.value(for: "delivered paths") { DeliveredPaths(files) }
    }

    init(_ files: FilesPayload) {
        var exact: Set<[UInt8]> = []
        var folders: Set<[UInt8]> = []
        for entry in files.entries {
            var path = Array(entry.path.utf8)
            if case .folder = entry.content { folders.insert(path) }
            while exact.insert(path).inserted, let slash = path.lastIndex(of: UInt8(ascii: "/")) {
                path.removeSubrange(slash...)
                folders.insert(path)
            }
        }
        self.exact = exact
        self.folders = folders
        hasFiles = files.fileCount > 0
        leavesOut = files.leavesOut
    }

    /// Whether the payload's own rules leave a path out, so that it is nobody's business here.
    func isLeftOut(_ entry: FolderListing.Entry) -> Bool { leavesOut?(entry.path, entry.isFolder) ?? false }

    /// The paths of the payload that a phone might take for the same name.
    func likeness(of path: [UInt8]) -> [[UInt8]] {
        folded.withLock { folded in
            if folded == nil { folded = Dictionary(grouping: exact) { SameNames.key(of: $0) } }
            return folded?[SameNames.key(of: path)] ?? []
        }
    }
}
