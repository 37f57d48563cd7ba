import Glibc

/// Files of the repository that tests read: fixtures, golden texts, sample playbooks.
public enum RepositoryFile {
    /// The path of something in the repository.
    public static func path(_ relative: String) -> String { Golden.fixtures + "/../" + relative }

    /// The text of a file, or nil when it is not there.
    public static func text(at path: String) -> String? {
        Golden.read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The names in a folder, sorted; none when there is no such folder.
    public static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
