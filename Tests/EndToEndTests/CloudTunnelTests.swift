import DroverTesting
import Foundation
import Lanes
import Secrets
import Signing
import Simulator
import Testing

/// The program over a simulated cloud whose server is a real SSH server, with the phones behind it.
@Suite("Cloud phones over ADB", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct CloudTunnelTests {
    private static let keys = AccessKeys(id: "AKEXAMPLE00000000001", secret: Secret(name: "sk", "SKexample0000000000"))
    private static let phones = 3

    private struct Practice {
        let cloud: SimulatedCloud
        let server: SSHServer
        let drover: DroverProcess

        var details: Int { cloud.record.count("ShowCloudPhoneDetail") }
        var shellLines: Int { cloud.record.phones.values.reduce(0) { $0 + $1.shellLines } }
    }

    private func with(_ body: (Practice) async throws -> Void) async throws {
        let lanes = try Lane.pool(2)
        let drover = try DroverProcess()
        defer { drover.remove() }
        let server = try await SSHServer()
        try await server.start()
        let key = try await server.keys.make()
        try server.authorize(key)
        var options = CloudOptions()
        options.phonesPerServer = Self.phones
        options.keys = [Self.keys]
        // The project's id is whom drover logs in as, and this SSH server knows the user of the test only.
        options.projectID = SSHServer.user
        options.seesPhonesOnLoopback = true
        options.tags = ["team": "red"]
        let store = SimulatedObjectStore(
            ObjectStoreOptions(
                region: options.region, buckets: ["farm-payload": options.region],
                keys: [StoreKeys(id: Self.keys.id, secret: "SKexample0000000000", token: nil, end: nil)]),
            folder: drover.folder.path, on: lanes[1])
        let cloud = SimulatedCloud(options, objects: store, lanes: lanes)
        let service = try await cloud.start()
        let farm = """
            secrets: { sk: command printf SKexample0000000000 }
            keypairs: { farm-key: \(key.path) }
            accounts:
              main:
                kind: huawei-cph
                region: cn-north-4
                project: \(options.projectID)
                auth: { ak: \(Self.keys.id), sk: "${{ secret.sk }}" }
                endpoints: { cph: "http://\(service)", iam: "http://\(service)" }
            servers:
              server-001: { account: main, via: ssh, keypair: farm-key, ssh-port: \(server.port) }
            limits: { account.writes: 600/min, account.sync-commands: 6/min, account.reads: 100/s }

            """
        let hello = "phones: team-red\nsteps:\n  - shell: echo hello\n    expect: { output: hello }\n"
        for (text, name) in [(farm, "farm.yml"), (hello, "hello.yml")] {
            try Data(text.utf8).write(to: drover.folder.appendingPathComponent(name))
        }
        let outcome: Result<Void, any Error>
        do {
            try await body(Practice(cloud: cloud, server: server, drover: drover))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await cloud.stop()
        await server.stop()
        try outcome.get()
    }

    @Test("steps go through one SSH connection, and each phone is asked for once until --refresh")
    func tunnel() async throws {
        try await with { practice in
            let list = try await practice.drover.run(["phones"])
            #expect(list.exitCode == 0, "\(list.error)")
            #expect(list.output.contains(", and adb through ssh"), "\(list.output)")
            #expect(list.output.contains("3 phones, 3 ready"), "\(list.output)")
            #expect(practice.details == 0)
            for _ in 0..<2 {
                let run = try await practice.drover.run(["run", "hello.yml"])
                #expect(run.exitCode == 0, "\(run.error)\(run.output)")
                #expect(run.output.contains("3 changed = 3 phones"), "\(run.output)")
            }
            #expect(await practice.server.log.count(of: "Accepted publickey", reaching: 2) == 2)
            #expect(practice.details == Self.phones)
            #expect(practice.shellLines == 0)
            let fresh = try await practice.drover.run(["phones", "--refresh", "--format", "json"])
            #expect(fresh.exitCode == 0, "\(fresh.error)")
            #expect(practice.details == 2 * Self.phones)
            #expect(fresh.output.components(separatedBy: "\"state\": \"ready\"").count == Self.phones + 1)
            #expect(fresh.output.contains(", adb through ssh\", \"cloud main, "), "\(fresh.output)")
            #expect(fresh.output.contains("\"ro.serialno\""), "\(fresh.output)")
            #expect(fresh.output.contains("\"labels\": [\"team-red\"]"), "\(fresh.output)")
            let doctor = try await practice.drover.run(["doctor", "server-001", "server-001/server-001-00002"])
            #expect(doctor.exitCode == 0, "\(doctor.error)\(doctor.output)")
            #expect(doctor.output.components(separatedBy: "  ok    host key").count == 3, "\(doctor.output)")
            #expect(doctor.output.contains("  ok    adb  "), "\(doctor.output)")
        }
    }

    @Test("where the server's SSH is away, the service of the cloud does the work, and one line says so")
    func away() async throws {
        try await with { practice in
            await practice.server.stop()
            let run = try await practice.drover.run(["run", "hello.yml"])
            #expect(run.exitCode == 0, "\(run.error)\(run.output)")
            #expect(practice.shellLines > 0)
            let lines = run.error.split(separator: "\n").filter { $0.contains("without ADB") }
            #expect(lines.count == 1, "\(run.error)")
            #expect(lines.first?.hasPrefix("warning: server-001: its phones are used through") == true)
            let doctor = try await practice.drover.run(["doctor", "server-001/server-001-00001"])
            #expect(doctor.exitCode == 1)
            #expect(doctor.output.contains("  FAIL  port"), "\(doctor.output)")
            // Asked for a moment ago, an address is not asked for again.
            #expect(practice.details == Self.phones)
        }
    }
}
