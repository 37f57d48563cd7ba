import Glibc

/// Where the project lies, and what its folders hold.
public enum RepositoryFile {
    /// The project's own folder, without a slash at the end.
    public static let root: String = {
        // Tests/DroverTesting/RepositoryFile.swift -> the project.
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    }()

    /// The path of something in the project.
    public static func path(_ relative: String) -> String { root + "/" + relative }

    /// The bytes of a file, or nil when it cannot be read.
    public static func bytes(at path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
    }

    /// The text of a file, or nil when it cannot be read.
    public static func text(at path: String) -> String? {
        bytes(at: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The names in a folder, sorted, those with a dot in front left out; none when there is no such folder.
    public static func names(in folder: String, endingIn suffix: String = "") -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix("."), suffix.isEmpty || name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }
}
