import DroverTesting
import Foundation
import Testing

/// Encoders behind SSH servers of their own, each with a folder that stands for its whole machine.
private struct EncoderFarm {
    let drover: DroverProcess
    let folder: ScratchFolder
    let names: [String]

    static func with(_ count: Int, _ body: (EncoderFarm) async throws -> Void) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let folder = try ScratchFolder()
        let names = (1...count).map { "enc-\($0)" }
        var servers: [SSHServer] = []
        defer { for name in names { ShellHost.endUnits(below: "\(folder.path)/\(name)") } }
        do {
            for name in names { servers.append(try await server(for: "\(folder.path)/\(name)")) }
            let key = try await servers[0].keys.make()
            for server in servers { try server.authorize(key) }
            var text = "keypairs: { KeyPair-farm: \(key.path) }\nencoders:\n"
            for (name, server) in zip(names, servers) {
                text += "  \(name): { ssh: \"\(SSHServer.user)@127.0.0.1:\(server.port)\", keypair: KeyPair-farm }\n"
            }
            try Data(text.utf8).write(to: drover.folder.appending(path: "farm.yml"))
            let farm = EncoderFarm(drover: drover, folder: folder, names: names)
            for name in names { try farm.fill(name) }
            try await body(farm)
        } catch {
            for server in servers { await server.stop() }
            throw error
        }
        for server in servers { await server.stop() }
    }

    private static func server(for root: String) async throws -> SSHServer {
        var options = SSHServer.Options()
        options.lines = ["SetEnv HOST_ROOT=\(root) PATH=\(root)/bin:/usr/bin:/bin"]
        let server = try await SSHServer(options)
        try await server.start()
        return server
    }

    /// These machines have no systemd; the fixtures' `systemctl` does as it does.
    private func fill(_ name: String) throws {
        try folder.addServicePrograms(below: name)
        try folder.addProgram("#!/bin/sh\nexec \"$HOST_ROOT/current/encoder\"\n", at: "\(name)/units/encoder/exec")
    }

    /// Which build an encoder's link leads to.
    func current(_ name: String) -> String {
        Self.current("\(folder.path)/\(name)")
    }

    private static func current(_ root: String) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(root)/current")) ?? "none"
    }

    /// Brings a build to all of them by the project's playbook; one machine plays them all, so that each has its root and
    /// its health page under its own name.
    func roll(_ version: String, _ build: String) async throws -> DroverProcess.Result {
        let text = try #require(RepositoryFile.text(at: RepositoryFile.path("playbooks/encoder-rollout.yml")))
            .replacing("root: ${{ inputs.root }}", with: "root: ${{ inputs.root }}/${{ encoder.name }}")
            .replacing("health: ${{ inputs.health }}", with: "health: ${{ inputs.health }}/${{ encoder.name }}")
        try Data(text.utf8).write(to: drover.folder.appending(path: "encoder-rollout.yml"))
        try Data(build.utf8).write(to: drover.folder.appending(path: "encoder"))
        return try await ScriptedHTTPServer.serving { [root = folder.path] exchange, line in
            line.answer(200, "\(exchange.target) runs \(Self.current(root + exchange.target))\n")
            line.hangUp()
        } _: { server in
            try await drover.run([
                "run", "encoder-rollout.yml", "build=encoder", "version=\(version)", "root=\(folder.path)",
                "health=\(server.base)", "--farm", "farm.yml",
            ])
        }
    }
}

@Suite("A roll-out to encoders over SSH", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)), .serialized)
struct EncoderRolloutTests {
    private static let good = "#!/bin/sh\ntouch \"$HOST_ROOT/units/encoder/ready\"\nexec sleep 600\n"
    private static let broken = "#!/bin/sh\necho 'cannot load the codec'\nexit 3\n"

    @Test func `a build comes to everybody, the same again is ok, and a bad one is taken back`() async throws {
        try await EncoderFarm.with(3) { farm in
            let first = try await farm.roll("1.0", Self.good)
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            #expect(first.output.contains("3 changed = 3 encoders"), "\(first.output)")
            #expect(farm.names.map(farm.current) == Array(repeating: "releases/1.0", count: 3))

            let again = try await farm.roll("1.0", Self.good)
            #expect(again.exitCode == 0, "\(again.error)\(again.output)")
            #expect(again.output.contains("3 ok = 3 encoders"), "\(again.output)")

            let bad = try await farm.roll("2.0", Self.broken)
            #expect(bad.exitCode == 3, "\(bad.error)\(bad.output)")
            #expect(bad.output.contains("1 failed"), "\(bad.output)")
            #expect(bad.output.contains("2 not started"), "\(bad.output)")
            #expect(bad.output.contains("the build before runs again: releases/1.0"), "\(bad.output)")
            #expect(farm.names.map(farm.current) == Array(repeating: "releases/1.0", count: 3))
        }
    }

    @Test func `a plan asks the encoders and changes nothing`() async throws {
        try await EncoderFarm.with(2) { farm in
            let steps = "encoders: all\nsteps:\n  - upload: { from: farm.yml, to: \(farm.folder.path)/there/x }\n"
            try Data(steps.utf8).write(to: farm.drover.folder.appending(path: "plan.yml"))
            let plan = try await farm.drover.run(["plan", "plan.yml", "--farm", "farm.yml"])
            #expect(plan.exitCode == 0, "\(plan.error)\(plan.output)")
            #expect(plan.output.contains("encoders  2: enc-[1-2]"), "\(plan.output)")
            #expect(plan.output.contains("1 of 1 files to upload"), "\(plan.output)")
            #expect(RepositoryFile.text(at: "\(farm.folder.path)/there/x") == nil)
        }
    }
}
