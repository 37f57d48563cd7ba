import DroverTesting
import Foundation
import Testing

/// `drover pack` with addresses of web servers.
@Suite("Packing what lies on a web server", .timeLimit(.minutes(5)))
struct PackFetchTests {
    /// What `printf content` hashes to.
    private static let sum = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"

    private func serving(_ body: (DroverProcess, ScriptedHTTPServer) async throws -> Void) async throws {
        try await DroverProcess.with { drover in
            try await ScriptedHTTPServer.serving { exchange, line in
                if exchange.target.hasPrefix("/missing") { line.answer(404, "no") } else { line.answer(200, "content") }
            } _: { server in
                try await body(drover, server)
            }
        }
    }

    @Test func `a file of a server is packed as a local one would be, and comes once`() async throws {
        try await serving { drover, server in
            try drover.write("content", to: "levels.zip")
            try drover.write("more", to: "more/b.txt")
            for name in ["a.tar", "b.tar"] {
                let far = try await drover.run([
                    "pack", "\(server.base)/deep/levels.zip?key=geheim", "more", "--sha256", Self.sum, "-o", name,
                ])
                #expect(far.exitCode == 0, "\(far.error)")
            }
            let near = try await drover.run(["pack", "levels.zip", "more", "-o", "near.tar"])
            #expect(near.exitCode == 0, "\(near.error)")
            let archives = try ["a.tar", "b.tar", "near.tar"].map {
                try Data(contentsOf: drover.folder.appendingPathComponent($0))
            }
            #expect(archives[0] == archives[2])
            #expect(archives[1] == archives[2])
            #expect(await server.requests().count == 1)
        }
    }

    @Test func `what is told of an address holds no key`() async throws {
        try await serving { drover, server in
            let words = ["--sha256", Self.sum, "-o", "a.tar"]
            let packed = try await drover.run(["pack", "\(server.base)/levels.zip?key=geheim"] + words)
            #expect(packed.exitCode == 0, "\(packed.error)")
            #expect(packed.output.hasPrefix("\(server.base)/levels.zip?… -> a.tar: 1 file"), "\(packed.output)")
            let missing = try await drover.run(["pack", "\(server.base)/missing.zip?key=geheim"] + words)
            #expect(missing.exitCode == 5)
            #expect(
                missing.error
                    == "error: \(server.base)/missing.zip?… cannot be fetched: the server answered 404; "
                    + "check the address\n", "\(missing.error)")
        }
    }

    @Test func `what does not hash to its checksum is not packed`() async throws {
        try await serving { drover, server in
            let wanted = String(repeating: "0", count: 64)
            let result = try await drover.run([
                "pack", server.base + "/levels.zip", "--sha256", wanted, "-o", "a.tar",
            ])
            #expect(result.exitCode == 5)
            #expect(result.error.contains("its sha256 is \(Self.sum), and \(wanted) was expected"), "\(result.error)")
            #expect(!FileManager.default.fileExists(atPath: drover.folder.appendingPathComponent("a.tar").path))
        }
    }

    @Test func `an address that cannot be packed as asked is said in one line, and nobody is asked`() async throws {
        try await DroverProcess.with { drover in
            try drover.write("here", to: "here.txt")
            let wrong: [(name: String, arguments: [String])] = [
                ("pack-http", ["http://files.studio.example/a.zip?key=geheim"]),
                ("pack-address-name", ["https://files.studio.example/a%20b.zip"]),
                ("pack-address-hidden", ["https://files.studio.example/.profile"]),
                ("pack-address-folder", ["https://files.studio.example/"]),
                ("pack-address-wrong", ["https://:0/a.zip"]),
                ("pack-sha256-wrong", ["https://files.studio.example/a.zip", "--sha256", "12"]),
                ("pack-sha256-local", ["here.txt", "--sha256", Self.sum]),
                (
                    "pack-sha256-two",
                    ["https://files.studio.example/a.zip", "https://files.studio.example/b.zip", "--sha256", Self.sum]
                ),
                ("pack-account-web", ["https://files.studio.example/a.zip", "--account", "main"]),
            ]
            for (name, arguments) in wrong {
                try await drover.expect(name, exitCode: 2, ["pack"] + arguments + ["-o", "a.tar"])
            }
        }
    }
}
