import DroverTesting
import Foundation
import Testing

/// A run as a person would have seen it, with all that differs from run to run put out of it.
struct Transcript {
    private static let rules: [(pattern: String, word: String)] = [
        (#"\b\d{4}-\d\d-\d\d-[a-z]+-[a-z]+(-\d+)?\b"#, "RUN"),
        (#"\.drover-\d{8}[a-z]+"#, ".drover-RUN"),
        (#"127\.0\.0\.1:\d+"#, "127.0.0.1:PORT"),
        (#"\[127\.0\.0\.1\]:\d+"#, "[127.0.0.1]:PORT"),
        (#"\b[a-z_][a-z0-9_-]*@127\.0\.0\.1"#, "USER@127.0.0.1"),
        (#"SHA256:[A-Za-z0-9+/]{43}"#, "SHA256:SUM"),
        (#"/[^ ]*/drover-[0-9A-F-]{36}/"#, "SCRATCH/"),
        (#"\b\d+\.\d s\b"#, "N s"),
        (#"\d+ at a time"#, "N at a time"),
        // Which of them the system says depends on what was on its way.
        ("Connection reset by peer|Broken pipe|the phone closed the connection", "CUT OFF"),
    ]

    let text: String

    init(_ arguments: [String], _ result: DroverProcess.Result, in drover: DroverProcess) {
        var text =
            "$ drover \(arguments.map { $0.isEmpty || $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " "))\n"
        if !result.output.isEmpty { text += "--- standard output\n\(result.output)" }
        if !result.error.isEmpty { text += "--- standard error\n\(result.error)" }
        text += "--- exit code \(result.exitCode)\n"
        text = text.replacingOccurrences(of: DroverProcess.program.path, with: "drover")
        text = text.replacingOccurrences(of: drover.folder.path, with: "HERE")
        text = text.replacingOccurrences(of: DroverProcess.project.path, with: "PROJECT")
        self.text = Self.withoutChance(text)
    }

    /// A text with all that differs from run to run put out of it.
    static func withoutChance(_ text: String) -> String {
        rules.reduce(text) { text, rule in
            text.replacingOccurrences(of: rule.pattern, with: rule.word, options: .regularExpression)
        }
    }
}

extension DroverProcess {
    /// Runs the program and compares all that can be seen of it with `fixtures/golden/cli/NAME.txt`.
    @discardableResult
    func expect(
        _ name: String, exitCode: Int32, _ arguments: [String], environment: [String: String] = [:],
        openFiles: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Result {
        let result = try await run(arguments, environment: environment, openFiles: openFiles)
        #expect(result.exitCode == exitCode, "\(result.error)\(result.output)", sourceLocation: sourceLocation)
        expectGolden(
            Transcript(arguments, result, in: self).text, "golden/cli/\(name).txt", sourceLocation: sourceLocation)
        return result
    }

    /// Lends the program and its folder to a test.
    static func with(_ body: (DroverProcess) async throws -> Void) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        try await body(drover)
    }

    /// Makes a file in the program's folder.
    func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

    /// Makes a file in the program's folder.
    func write(_ data: Data, to path: String) throws {
        let place = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: place)
    }
}
