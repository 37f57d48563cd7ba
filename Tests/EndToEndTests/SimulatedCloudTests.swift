import DroverTesting
import Foundation
import Glibc
import Testing

/// `drover simulate --cloud` with HTTPS and with SSH servers, as somebody practises on it.
@Suite("A cloud to practise on", .timeLimit(.minutes(5)))
struct SimulatedCloudTests {
    private func with(
        _ words: [String], _ body: (DroverProcess, String) async throws -> Void
    ) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let running = try drover.start(
            ["simulate", "--cloud", "--phones-per-server", "2", "--writes-per-minute", "0", "--farm-file", "farm.yml"]
                + words)
        let path = drover.folder.appendingPathComponent("farm.yml").path
        for _ in 0..<3000 where access(path, F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
        let outcome: Result<Void, any Error>
        do {
            try await body(drover, try #require(RepositoryFile.text(at: path)))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        running.signal(SIGINT)
        let end = await running.ended()
        #expect(end.error.isEmpty, "\(end.error)")
        // What belonged to the farm file means nothing any more.
        let names = RepositoryFile.names(in: drover.folder.path)
        #expect(!names.contains { $0.hasPrefix("farm-") }, "\(names)")
        try outcome.get()
    }

    @Test func `over TLS everything works, and nobody is believed without the certificate`() async throws {
        try await with(["--tls"]) { drover, farm in
            #expect(farm.contains("https://127.0.0.1:"))
            #expect(!farm.contains("http://"))
            #expect(RepositoryFile.names(in: drover.folder.path).contains("farm-ca.pem"))
            let phones = try await drover.run(["phones"])
            #expect(phones.exitCode == 0, "\(phones.error)")
            #expect(phones.output.contains("4 phones"), "\(phones.output)")
            let app = RepositoryFile.path("fixtures/apps/game-1.apk")
            let installed = try await drover.run(["install", "all", app, "--yes"])
            #expect(installed.exitCode == 0, "\(installed.error)\(installed.output)")
            let staged = try await drover.run(["cache", "ls", "--farm", "farm.yml"])
            #expect(staged.output.contains("obs://drover-simulated/drover/"), "\(staged.output)\(staged.error)")
            let key = try #require(
                staged.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("obs://drover-simulated/") })
            let fetched = try await drover.run(["fetch", String(key), "-o", "game.apk"])
            #expect(fetched.exitCode == 0, "\(fetched.error)")

            let lines = farm.split(separator: "\n").filter { !$0.contains("ca-file:") }
            try (lines.joined(separator: "\n") + "\n").write(
                to: drover.folder.appendingPathComponent("doubtful.yml"), atomically: true, encoding: .utf8)
            let doubtful = try await drover.run(["phones", "--farm", "doubtful.yml"])
            #expect(doubtful.exitCode != 0)
            #expect((doubtful.error + doubtful.output).contains("certificate"), "\(doubtful.error)\(doubtful.output)")
        }
    }

    @Test(.enabled(if: SSHServer.isThere))
    func `through its SSH servers ADB reaches phones and commands reach encoders`() async throws {
        try await with(["--ssh", "--tls"]) { drover, farm in
            let key = drover.folder.appendingPathComponent("farm-key").path
            var status = stat()
            #expect(stat(key, &status) == 0 && status.st_mode & 0o777 == 0o600)
            let phones = try await drover.run(["phones"])
            #expect(phones.exitCode == 0, "\(phones.error)")
            #expect(phones.output.contains(", and adb through ssh"), "\(phones.output)")
            let hello = """
                plays:
                  - phones: all
                    steps:
                      - shell: echo hello
                        expect: { output: hello }
                  - encoders: all
                    steps:
                      - shell: echo encoded
                        expect: { output: encoded }

                """
            try hello.write(
                to: drover.folder.appendingPathComponent("hello.yml"), atomically: true, encoding: .utf8)
            let run = try await drover.run(["run", "hello.yml", "--yes"])
            #expect(run.exitCode == 0, "\(run.error)\(run.output)")
            #expect(!run.error.contains("without ADB"), "\(run.error)")
            let doctor = try await drover.run(["doctor", "server-001", "server-002/server-002-00001"])
            #expect(doctor.exitCode == 0, "\(doctor.error)\(doctor.output)")
            #expect(doctor.output.contains("  ok    adb  "), "\(doctor.output)")
        }
    }

    @Test(.enabled(if: SSHServer.isThere))
    func `SSH servers end with the program, however it ends`() async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let running = try drover.start(["simulate", "--cloud", "--ssh", "--servers", "1", "--farm-file", "farm.yml"])
        let path = drover.folder.appendingPathComponent("farm.yml").path
        for _ in 0..<3000 where access(path, F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
        let farm = RepositoryFile.text(at: path) ?? ""
        let port = farm.firstMatch(of: /ssh-port: (\d+)/).flatMap { UInt16($0.1) }
        let listened = port.map(listens)
        running.signal(SIGKILL)
        _ = await running.ended()
        #expect(listened == true, "\(farm)")
        guard let port else { return }
        for _ in 0..<1000 where listens(port) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(!listens(port))
    }

    private func listens(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    @Test(
        "what belongs to a cloud needs one",
        arguments: [["--tls"], ["--ssh"]])
    func mistakes(words: [String]) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let result = try await drover.run(["simulate"] + words)
        #expect(result.exitCode == 2)
        #expect(result.error.contains("--tls and --ssh are for --cloud"), "\(result.error)")
    }
}
