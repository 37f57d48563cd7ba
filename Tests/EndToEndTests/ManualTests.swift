import PlaybookLanguage
import Testing

@Suite("Help and manuals", .timeLimit(.minutes(5)))
struct ManualTests {
    private static let commands = [
        "run", "plan", "check", "schema", "steps", "exec", "fetch", "install", "uninstall", "push", "pull", "phones",
        "doctor", "tunnel", "cloud", "farm", "keys", "simulate", "resume", "rerun", "status", "cancel", "report",
        "runs", "unpack",
        "inspect",
    ]
    private static let kinds = [
        "change-server", "clear-data", "cloud", "collect", "connection-info", "delete-server", "download", "events",
        "expand-disk", "export", "file-system", "force-stop", "grant", "image", "import", "input", "install",
        "instrument", "launch", "logcat", "media", "power", "property", "pull", "push", "reboot", "rename",
        "rename-server", "resize", "restart-encoders", "restart-server", "route-traffic", "screenshot", "script",
        "server-bandwidth",
        "server-keypair", "server-tags", "service", "set-properties", "setting", "share-app", "share-files", "shell",
        "uninstall", "upload", "wait",
    ]

    @Test("every command has its help", arguments: commands)
    func help(command: String) async throws {
        try await DroverProcess.with { drover in
            try await drover.expect("help-\(command)", exitCode: 0, [command, "--help"])
        }
    }

    @Test func `the removal of runs has its help`() async throws {
        try await DroverProcess.with { drover in
            try await drover.expect("help-runs-prune", exitCode: 0, ["runs", "prune", "--help"])
        }
    }

    @Test("every step kind has its manual", arguments: kinds)
    func manual(kind: String) async throws {
        try await DroverProcess.with { drover in
            try await drover.expect("steps-\(kind)", exitCode: 0, ["steps", kind])
        }
    }

    @Test func `the program and its step kinds are listed`() async throws {
        try await DroverProcess.with { drover in
            try await drover.expect("help", exitCode: 0, ["--help"])
            let list = try await drover.expect("steps", exitCode: 0, ["steps"])
            // The kinds stand below what they act on.
            let rows = list.output.split(separator: "\n").filter { $0.hasPrefix("  ") }
            let listed = rows.compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(listed.sorted() == (Self.kinds + RunWord.all.map(\.keyword)).sorted())
        }
    }
}
