import Glibc
import Testing

/// Compares a text with `fixtures/golden/NAME`; with `DROVER_GOLDEN=rewrite` in the environment it writes the file.
func expectGolden(
    _ text: String, _ name: String, file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
    let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/fixtures/golden/\(name)"
    if let mode = getenv("DROVER_GOLDEN"), String(cString: mode) == "rewrite" {
        #expect(write(text, to: path), "\(path) cannot be written", sourceLocation: sourceLocation)
        return
    }
    guard let golden = read(path) else {
        Issue.record("\(path) is missing; run with DROVER_GOLDEN=rewrite", sourceLocation: sourceLocation)
        return
    }
    #expect(text == golden, "differs from \(path)", sourceLocation: sourceLocation)
}

private func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk[..<count]
    }
}

private func write(_ text: String, to path: String) -> Bool {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
        folder += "/\(part)"
        mkdir(folder, 0o755)
    }
    guard let file = fopen(path, "w") else { return false }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    return fwrite(bytes, 1, bytes.count, file) == bytes.count
}
