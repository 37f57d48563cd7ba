import DroverTesting
import Foundation
import Packing
import Testing

/// Ignore rules beside those of git itself.
@Suite("Ignore rules against git", .timeLimit(.minutes(5)))
struct GitIgnoreTests {
    private static let environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"]
    private static let parts = [
        "a", "b", "ab", "abc", "a.b", "A", "x y", "[a]", "a*", "-", "ü", "a\\b", "#a", "!a", "]",
    ]
    private static let pieces = [
        "a", "b", "c", "A", ".", "*", "*", "**", "**/", "/**", "/", "?", "[a-c]", "[!a]", "[^b-z]", "[]a]", "[", "]",
        "[[:alpha:]]", "[[:x:]]", "[a\\]]", "[!]", "[b-]", "\\", "\\*", "\\ ", " ", "#", "!", "-", "ü", "**a", "a**",
    ]

    /// Lists of rules and paths that look alike often enough to matter.
    private struct Case {
        let rules: [String]
        let paths: [String]

        init(_ numbers: inout SeededNumbers) {
            rules = (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
                let body = (0..<Int.random(in: 1...5, using: &numbers)).map { _ in
                    pieces.randomElement(using: &numbers) ?? "a"
                }
                return (Int.random(in: 0..<5, using: &numbers) == 0 ? "!" : "") + body.joined()
            }
            paths = (0..<40).map { _ in
                (0..<Int.random(in: 1...4, using: &numbers)).map { _ in parts.randomElement(using: &numbers) ?? "a" }
                    .joined(separator: "/")
            }
        }
    }

    /// What git would leave out of these paths, none of which is there: all but the last part count as folders.
    private func ignoredByGit(_ one: Case, in folder: TemporaryFolder) async throws -> Set<String> {
        try folder.file(".gitignore", one.rules.map { $0 + "\n" }.joined())
        let list = try folder.file(
            "../\(URL(fileURLWithPath: folder.path).lastPathComponent).paths", one.paths.joined(separator: "\0"))
        defer { try? FileManager.default.removeItem(atPath: list) }
        let script = "cd '\(folder.path)' && git check-ignore --no-index -z --stdin <'\(list)'"
        let result = try await run("/bin/sh", ["-c", script], environment: Self.environment)
        // 1 is git's way to say that nothing is ignored.
        #expect(result.exitCode == 0 || result.exitCode == 1, "\(result.text)")
        return Set(result.output.split(separator: "\0").map(String.init))
    }

    @Test("the same paths are left out", arguments: 0..<4)
    func same(seed: Int) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let made = try await run("/usr/bin/git", ["init", "-q", folder.path], environment: Self.environment)
        try #require(made.exitCode == 0, "\(made.text)")
        var numbers = SeededNumbers(seed: UInt64(seed) &+ 1)
        var compared = 0
        var ignored = 0
        for _ in 0..<50 {
            let one = Case(&numbers)
            let git = try await ignoredByGit(one, in: folder)
            let rules = IgnoreRules(one.rules)
            for path in one.paths {
                compared += 1
                if git.contains(path) { ignored += 1 }
                #expect(rules.ignores(path) == git.contains(path), "\(one.rules) with \(path)")
            }
        }
        // A comparison of nothing with nothing would pass too.
        #expect(compared == 2000)
        #expect(ignored > 100)
    }
}
