import Farm

/// Where on a phone things may be removed that a delivery did not bring, whatever a playbook says.
///
/// A mistyped `to` must never cost photos, saves or the system: only folders that lie deep enough below a storage that is
/// known here are good for it. Judged is the path as it is written and the one that the phone says it leads to.
enum DeletionGround {
    /// A storage by the names of its path; `*` is any one name.
    private struct Storage {
        let root: [String]
        /// How many names a path must have below it.
        let depth: Int
        /// Whether apps share it, each with folders below `Android`.
        let isShared: Bool

        init(_ root: String, depth: Int, isShared: Bool = false) {
            self.root = root.split(separator: "/").map(String.init)
            self.depth = depth
            self.isShared = isShared
        }

        func holds(_ names: [String]) -> Bool {
            names.count >= root.count && zip(root, names).allSatisfy { $0 == "*" || $0 == $1 }
        }
    }

    /// The more special first.
    private static let storages = [
        Storage("data/local/tmp", depth: 1), Storage("tmp", depth: 2),
        Storage("data/data/*", depth: 2), Storage("data/user/*/*", depth: 2), Storage("data/user_de/*/*", depth: 2),
        Storage("data/media/*", depth: 2, isShared: true),
        Storage("sdcard", depth: 2, isShared: true),
        Storage("storage/emulated/*", depth: 2, isShared: true), Storage("storage/self/*", depth: 2, isShared: true),
        Storage("storage/*", depth: 2, isShared: true),
        Storage("mnt/sdcard", depth: 2, isShared: true), Storage("mnt/media_rw/*", depth: 2, isShared: true),
        Storage("mnt/shell/emulated/*", depth: 2, isShared: true),
        Storage("mnt/user/*/emulated/*", depth: 2, isShared: true), Storage("mnt/user/*/*", depth: 2, isShared: true),
    ]

    /// Why nothing may be removed there, as words that follow the path; nil where it may.
    static func refusal(of path: RemotePath) -> String? {
        guard path.path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            return "has a control character in its name"
        }
        // As the storage compares names, which ignores case, what draws nothing, and dots at the end.
        let names = SameNames.key(of: Array(path.path.utf8)).split(separator: "/").map(String.init)
        guard !names.isEmpty else { return "is the phone's root" }
        guard let storage = storages.first(where: { $0.holds(names) }) else {
            return "is in none of the phone's storages"
        }
        let below = names.dropFirst(storage.root.count)
        guard below.count >= storage.depth else { return tooHigh }
        guard storage.isShared, below.first == "android" else { return nil }
        // What is right below `data/PACKAGE` is the app's own; `obb/PACKAGE` holds what was delivered and nothing else.
        return below.count >= (below.dropFirst().first == "obb" ? 3 : 4) ? nil : tooHigh
    }

    private static let tooHigh = "is where others have their files, too"
}
