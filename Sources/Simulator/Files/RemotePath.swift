/// Taking absolute paths of a phone apart; nothing here touches a file.
enum RemotePath {
    /// The names of an absolute path, `.` and empty ones left out; `..` stays, as a link may come before it.
    static func names(_ path: String) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/")).compactMap { name in
            name.count == 1 && name.first == UInt8(ascii: ".") ? nil : Substring(name)
        }
    }

    /// A path seen from a working folder.
    static func absolute(_ path: String, in folder: String = "/") -> String {
        if path.hasPrefix("/") { return path }
        return folder == "/" ? "/" + path : folder + "/" + path
    }

    /// The last name of a path; `/` for the root.
    static func last(_ path: String) -> String { names(path).last.map(String.init) ?? "/" }

    /// Everything but the last name.
    static func parent(_ path: String) -> String { "/" + names(path).dropLast().joined(separator: "/") }

    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
}
