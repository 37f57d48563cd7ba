/// Which files are meant: what `include` means, or everything when it is empty, and nothing that `exclude` means.
public struct ChosenFiles: Sendable {
    private let include: IgnoreRules
    private let exclude: IgnoreRules

    /// Chooses by patterns, which speak of paths relative to one folder.
    public init(include: IgnoreRules, exclude: IgnoreRules) {
        self.include = include
        self.exclude = exclude
    }

    /// Whether everything is meant.
    public var isEverything: Bool { include.isEmpty && exclude.isEmpty }

    /// Whether a path is meant, be it for the sake of a folder that it lies in; as `TreeScan` decides on its way down.
    public func means(_ path: String, isFolder: Bool) -> Bool { means(Array(path.utf8), isFolder: isFolder) }

    /// Whether the rules keep a path out: what `exclude` means, and a file that `include` does not mean.
    ///
    /// A folder is left out only by `exclude`: `include` speaks of it for the sake of the files in it.
    public func leavesOut(_ path: [UInt8], isFolder: Bool) -> Bool {
        guard !isEverything else { return false }
        guard isFolder else { return !means(path, isFolder: false) }
        let ends = path.indices.filter { path[$0] == UInt8(ascii: "/") } + [path.endIndex]
        return ends.contains { exclude.decision(for: Array(path[..<$0]), isFolder: true) == .meant }
    }

    /// The same for the bytes of a path.
    public func means(_ bytes: [UInt8], isFolder: Bool) -> Bool {
        guard !isEverything else { return true }
        var isMeant = include.isEmpty
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") } + [bytes.endIndex]
        for end in ends {
            let part = Array(bytes[..<end])
            let partIsFolder = isFolder || end < bytes.endIndex
            if exclude.decision(for: part, isFolder: partIsFolder) == .meant { return false }
            switch include.decision(for: part, isFolder: partIsFolder) {
            case .meant: isMeant = true
            case .notMeant: isMeant = false
            case nil: break
            }
        }
        return isMeant
    }
}
