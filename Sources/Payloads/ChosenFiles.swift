import Packing

/// Which files of a payload are meant: what `include` means, and nothing that `exclude` means.
struct ChosenFiles {
    let include: IgnoreRules
    let exclude: IgnoreRules

    init(include: [String] = [], exclude: [String] = []) {
        self.include = IgnoreRules(include)
        self.exclude = IgnoreRules(exclude)
    }

    /// Whether a path is meant, be it for the sake of a folder that it lies in; as `TreeScan` decides on its way down.
    func means(_ path: String, isFolder: Bool) -> Bool {
        let bytes = Array(path.utf8)
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
