import Glibc
public import Testing

/// Compares a text with a file below `fixtures/`; with `DROVER_GOLDEN=rewrite` the file is written instead.
public func expectGolden(_ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let file = Fixture.path(path)
    if getenv("DROVER_GOLDEN").map({ String(cString: $0) }) == "rewrite" {
        #expect(write(text, to: file), "\(path) cannot be written", sourceLocation: sourceLocation)
        return
    }
    guard let expected = RepositoryFile.text(at: file) else {
        Issue.record("\(path) is missing; DROVER_GOLDEN=rewrite writes it", sourceLocation: sourceLocation)
        return
    }
    #expect(text == expected, "\(path) differs", sourceLocation: sourceLocation)
}

private func write(_ text: String, to file: String) -> Bool {
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
