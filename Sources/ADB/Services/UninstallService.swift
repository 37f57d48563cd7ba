public import ADBWire

extension ADBConnection {
    /// Uninstalls a package.
    ///
    /// - Parameter flags: Words for the package manager, such as `-k` or `--user 0`.
    /// - Returns: The answer; that the package was not there is a refusal, told in several ways by Android's versions.
    /// - Throws: ``ADBError``, `CancellationError`.
    public func uninstall(_ package: String, flags: [String] = []) async throws -> InstallReply {
        let words = (features.contains(.cmd) ? ["cmd", "package"] : ["pm"]) + ["uninstall"] + flags + [package]
        let result = try await run(words.map(ShellQuoting.quoteIfNeeded).joined(separator: " "), outputLimit: 65536)
        let answer = InstallReply(parsing: String(decoding: result.output, as: UTF8.self))
        // Exceptions come on standard error.
        return answer == .empty ? InstallReply(parsing: String(decoding: result.error, as: UTF8.self)) : answer
    }
}
