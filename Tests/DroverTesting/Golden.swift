import Glibc
public import Testing

/// Compares a text with a file below `fixtures/`; with `DROVER_GOLDEN=rewrite` the file is written instead.
public func expectGolden(_ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let file = Golden.fixtures + "/" + path
    if getenv("DROVER_GOLDEN").map({ String(cString: $0) }) == "rewrite" {
        #expect(Golden.write(text, to: file), "\(path) cannot be written", sourceLocation: sourceLocation)
        return
    }
    guard let expected = Golden.read(file) else {
        Issue.record("\(path) is missing; DROVER_GOLDEN=rewrite writes it", sourceLocation: sourceLocation)
        return
    }
    #expect(text == String(decoding: expected, as: UTF8.self), "\(path) differs", sourceLocation: sourceLocation)
}

/// Files below `fixtures/` of the project.
public enum Golden {
    /// The folder `fixtures/`.
    public static let fixtures: String = {
        // Tests/DroverTesting/Golden.swift -> the project.
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/fixtures"
    }()

    /// The names of the files of a folder that end so, sorted.
    public static func names(in folder: String, endingIn suffix: String) -> [String] {
        guard let directory = opendir(fixtures + "/" + folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }

    /// The bytes of a file, or nil when it cannot be read.
    public static func read(_ file: String) -> [UInt8]? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
    }

    static func write(_ text: String, to file: String) -> Bool {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
