/// Which parts of a phone the `shell` user may look into and write to.
enum AccessRules {
    /// Folders whose entries the shell user cannot even name.
    static func isClosed(_ names: [String]) -> Bool {
        guard names.count == 2, names.first == "data" else { return false }
        return ["data", "user", "system", "misc"].contains(names[1])
    }

    /// Folders that can be passed through but not listed.
    static func isUnlisted(_ names: [String]) -> Bool {
        isClosed(names) || names == ["data"] || names == ["data", "app"]
            || (names.starts(with: ["data", "app"]) && names.count == 3)
    }

    /// Why nothing may be made, changed or removed under the folder `names`; nil when it may.
    static func refusal(inside names: [String]) -> FileError? {
        switch names.first {
        case "data": names.starts(with: ["data", "local", "tmp"]) ? nil : .accessDenied
        case "storage": names.count >= 3 ? nil : .accessDenied
        case "dev", "proc", "sys", "mnt": .accessDenied
        default: .readOnly
        }
    }
}
