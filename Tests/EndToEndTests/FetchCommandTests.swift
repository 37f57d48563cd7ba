import DroverTesting
import Foundation
import Testing

@Suite("drover fetch", .timeLimit(.minutes(5)))
struct FetchCommandTests {
    /// What `printf content` hashes to.
    private static let sum = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"

    private func withProgram(_ body: (DroverProcess, ScriptedHTTPServer) async throws -> Void) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        try await ScriptedHTTPServer.serving {
            $1.answer(200, "content")
        } _: { server in
            try await body(drover, server)
        }
    }

    @Test func `a file is fetched once and told as sha256sum tells it`() async throws {
        try await withProgram { drover, server in
            for _ in 0..<2 {
                let result = try await drover.run(["fetch", server.base + "/a.bin?key=geheim", "--sha256", Self.sum])
                #expect(result.exitCode == 0, "\(result.error)")
                #expect(result.output == "\(Self.sum)  a.bin\n")
                #expect(result.error.isEmpty)
            }
            #expect(await server.requests().count == 1)
            let file = drover.folder.appendingPathComponent("a.bin")
            #expect(try Data(contentsOf: file) == Data("content".utf8))
        }
    }

    @Test func `what is not what was expected is told in one line, and nothing is left of it`() async throws {
        try await withProgram { drover, server in
            let wanted = String(repeating: "0", count: 64)
            let result = try await drover.run(["fetch", server.base + "/a.bin", "--sha256", wanted, "-o", "b"])
            #expect(result.exitCode == 1)
            #expect(
                result.error
                    == "error: fetch \(server.base)/a.bin: its sha256 is \(Self.sum), and \(wanted) was expected; "
                    + "check the checksum, and who changed the file; nothing was kept of it\n")
            #expect(result.output.isEmpty)
            let left = try FileManager.default.contentsOfDirectory(atPath: drover.folder.path)
            #expect(!left.contains { $0.contains("b") && $0.hasPrefix(".b") || $0 == "b" })
        }
    }

    @Test func `plain http without a checksum asks nobody`() async throws {
        try await withProgram { drover, server in
            let result = try await drover.run(["fetch", server.base + "/a.bin?key=geheim"])
            #expect(result.exitCode == 1)
            #expect(
                result.error
                    == "error: fetch \(server.base)/a.bin?…: plain http cannot tell whether it is the right file; "
                    + "use https, or name its sha256\n")
            #expect(await server.requests().isEmpty)
        }
    }

    @Test("the proxy of the environment is asked", arguments: ["", "elsewhere.example", "studio.example"])
    func proxies(exempt: String) async throws {
        try await withProgram { drover, server in
            let result = try await drover.run(
                ["fetch", "http://files.studio.invalid/a.bin", "--sha256", Self.sum],
                environment: ["http_proxy": server.base, "no_proxy": exempt.replacing("example", with: "invalid")])
            if exempt == "studio.example" {
                #expect(result.exitCode == 1)
                #expect(await server.requests().isEmpty)
            } else {
                #expect(result.exitCode == 0, "\(result.error)")
                #expect(await server.requests().first?.target == "http://files.studio.invalid/a.bin")
            }
        }
    }

    @Test(
        "a command that cannot be meant ends with 2",
        arguments: [
            ["ftp://files.studio.example/a"], ["https://files.studio.example/"],
            ["https://a.example/x", "--sha256", "12"],
            ["https://a.example/x", "https://b.example/x"], ["https://a.example/x", "https://a.example/y", "-o", "z"],
            ["https://a.example/x", "-o", "z", "--into", "y"], [],
        ])
    func mistakes(arguments: [String]) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let result = try await drover.run(["fetch"] + arguments)
        #expect(result.exitCode == 2)
        #expect(result.error.lowercased().hasPrefix("error: "))
        #expect(result.output.isEmpty)
    }

    @Test func `a device is no place for a file, and stays what it is`() async throws {
        try await DroverProcess.with { drover in
            try drover.write("", to: "folder/file")
            let address = "https://a.example/x"
            try await drover.expect("fetch-to-device", exitCode: 1, ["fetch", address, "-o", "/dev/null"])
            try await drover.expect("fetch-to-folder", exitCode: 1, ["fetch", address, "-o", "folder"])
            var status = stat()
            #expect(lstat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        }
    }
}
