import Farm
import Lanes

/// Commands over many paths of a host, whatever their names are: they come by standard input, each ended by a NUL.
enum HostFiles {
    /// Paths that one command gets, so that its input and its answer stay short.
    private static let mostAtOnce = 2048
    /// Bytes that one line of `sha256sum` may take: a hash, signs and the longest path.
    private static let longestLine = 64 + 4 + RemotePath.maximumLength * 2

    /// SHA-256 of files, as 64 hex digits each; nil when the host cannot say it of every one of them.
    static func hashes(of paths: [RemotePath], on host: any ConnectedHost) async throws -> [String]? {
        var all: [String] = []
        for part in parts(of: paths.map(\.path)) {
            let result = try await host.run(
                "xargs -0 sha256sum --", input: joined(part), outputLimit: part.count * longestLine)
            let hashes = PhoneHashes.read(result.output)
            guard result.exitIsZero, hashes.count == part.count else { return nil }
            all += hashes
        }
        return all
    }

    /// Runs a command with paths behind it, `arity` of them at a time; the first refusal ends it.
    ///
    /// - Parameter arity: How many paths one command takes; nil for as many as fit.
    /// - Returns: The refusal; nil when all went well.
    static func run(
        _ words: [String], with paths: [String], arity: Int? = nil, on host: any ConnectedHost
    ) async throws -> String? {
        let command = ShellLine(["xargs", "-0"] + (arity.map { ["-n", "\($0)"] } ?? []) + words + ["--"]).description
        for part in parts(of: paths, arity ?? 1) {
            let result = try await host.run(command, input: joined(part), outputLimit: 65_536)
            guard result.exitIsZero else {
                let words = PhoneWords(result.errorText).firstLine
                return words.isEmpty ? "`\(command)` ended with exit code \(result.exit ?? -1)" : words
            }
        }
        return nil
    }

    private static func parts(of paths: [String], _ arity: Int = 1) -> [ArraySlice<String>] {
        let most = mostAtOnce / arity * arity
        return stride(from: 0, to: paths.count, by: most).map { paths[$0..<min($0 + most, paths.count)] }
    }

    private static func joined(_ paths: ArraySlice<String>) -> [UInt8] { paths.flatMap { Array($0.utf8) + [0] } }
}
