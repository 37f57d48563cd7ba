import Packing

/// Which files of a payload are meant: what `include` means, and nothing that `exclude` means.
struct ChosenFiles {
    private let include: IgnoreRules
    private let exclude: IgnoreRules

    init(_ rules: FilesSource.Rules) {
        include = rules.include
        exclude = rules.exclude
    }

    /// Whether a path is meant, be it for the sake of a folder that it lies in; as `TreeScan` decides on its way down.
    func means(_ path: String, isFolder: Bool) -> Bool { means(Array(path.utf8), isFolder: isFolder) }

    /// Whether the rules keep a path out: what `exclude` means, and a file that `include` does not mean.
    ///
    /// A folder is left out only by `exclude`: `include` speaks of it for the sake of the files in it.
    func leavesOut(_ path: [UInt8], isFolder: Bool) -> Bool {
        guard isFolder else { return !means(path, isFolder: false) }
        let ends = path.indices.filter { path[$0] == UInt8(ascii: "/") } + [path.endIndex]
        return ends.contains { exclude.decision(for: Array(path[..<$0]), isFolder: true) == .meant }
    }

    private func means(_ bytes: [UInt8], isFolder: Bool) -> Bool {
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
