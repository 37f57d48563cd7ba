import DroverTesting
import Foundation
import Journal
import Simulator
import Testing

@Suite("Phones behind servers over SSH", .enabled(if: SSHServer.isThere), .serialized, .timeLimit(.minutes(10)))
struct TunnelledFarmTests {
    @Test func `the deploy playbook goes to a hundred phones through four connections`() async throws {
        try await TunnelledFarm.with(SimulationOptions(phones: 100), servers: 4) { farm in
            let practice = farm.practice
            try practice.write("level one", to: "assets/level1.dat")
            let build = "build=" + PracticeFarm.project("fixtures/apps/game-2.apk")
            let words = [
                "run", PracticeFarm.project("playbooks/deploy-build.yml"), build, "assets=assets", "--allow",
                "data-loss",
            ]
            let first = try await practice.drover.run(words)
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            #expect(first.output.contains("100 changed = 100 phones"))
            for server in farm.servers {
                #expect(await server.log.count(of: "Accepted publickey", reaching: 1) == 1)
            }
            #expect(practice.farm.record.total(\.successfulInstalls) == 100)
            let record = try JournalContents(reading: try practice.drover.journal()).record
            #expect(record.counts[.changed] == 100)
            let again = try await practice.drover.run(words)
            #expect(again.output.contains("100 ok = 100 phones"), "\(again.error)\(again.output)")
        }
    }

    @Test func `a server whose connection is cut in mid-run costs its phones a reconnect, not the run`() async throws {
        // A second and more for each phone, so that the cut falls into the push.
        let options = SimulationOptions(phones: 12, shaping: Shaping(bytesPerSecond: 100_000))
        try await TunnelledFarm.with(options, servers: 2) { farm in
            let practice = farm.practice
            try practice.write(String(repeating: "0123456789abcdef", count: 16_384), to: "data.bin")
            try practice.write(
                """
                name: Slow
                phones: all
                steps:
                  - shell: id
                  - push: { from: data.bin, to: /sdcard/Download/data.bin }
                    retries: 3
                    delay: 100ms

                """, to: "slow.yml")
            #expect(try await practice.run("phones").exitCode == 0)
            var before: [Int] = []
            for server in farm.servers { before.append(await server.log.count(of: "Accepted publickey", reaching: 1)) }
            let running = try practice.drover.start(["run", "slow.yml", "--verbose"])
            // Every phone has its first line, and is in its push soon.
            #expect(await running.says(lines: 12))
            farm.servers[0].endSessions()
            let result = await running.ended()
            #expect(result.exitCode == 0, "\(result.error)\(result.output)")
            #expect(result.output.contains("12 changed = 12 phones"), "\(result.output)")
            let (first, second) = (before[0] + 2, before[1] + 1)
            #expect(await farm.servers[0].log.count(of: "Accepted publickey", reaching: first) == first)
            #expect(await farm.servers[1].log.count(of: "Accepted publickey", reaching: second) == second)
            for phone in practice.farm.phones {
                #expect(phone.record.deeds.files.contains { $0.bytes == 262_144 }, "\(phone.name)")
            }
        }
    }

    @Test func `phones behind servers are listed with their way`() async throws {
        try await TunnelledFarm.with(SimulationOptions(phones: 3), servers: 1) { farm in
            _ = try await farm.practice.run("phones")
            try await farm.practice.drover.expect("ssh-phones", exitCode: 0, ["phones"])
            try await farm.practice.drover.expect("ssh-phones-offline", exitCode: 0, ["phones", "--offline"])
            try await farm.practice.drover.expect(
                "ssh-saved", exitCode: 0, ["phones", "--save", "saved.yml", "--format", "json"])
            let run = try await farm.practice.run("exec", "all", "--farm", "saved.yml", "--", "id")
            #expect(run.exitCode == 0, "\(run.error)")
        }
    }

    @Test func `a phone behind an encoder is saved with its host and the secret that opens its key`() async throws {
        try await TunnelledFarm.with(SimulationOptions(phones: 1), servers: 1) { farm in
            let practice = farm.practice
            let locked = try await farm.servers[0].keys.make(passphrase: "open sesame", name: "locked")
            try farm.servers[0].authorize(locked)
            let address = try #require(practice.farm.phones[0].address)
            let port = farm.servers[0].port
            try practice.write(
                """
                keypairs: { KeyPair-enc: { file: \(locked.path), passphrase: enc_key } }
                secrets: { enc_key: { env: ENC_KEY } }
                encoders:
                  enc-1: { ssh: "\(SSHServer.user)@127.0.0.1:\(port)", keypair: KeyPair-enc, labels: [edge], host-keys: "off" }
                phones:
                  inner: { adb: "ssh \(address)", via: enc-1, labels: [deep] }

                """, to: "farm.yml")
            let environment = ["ENC_KEY": "open sesame"]
            let first = try await practice.drover.run(["phones", "--save", "saved.yml"], environment: environment)
            #expect(first.exitCode == 0, "\(first.error)")
            let saved = try String(contentsOf: practice.drover.folder.appending(path: "saved.yml"), encoding: .utf8)
            #expect(
                saved == """
                    # Written by `drover phones --save`: the phones that answered then.

                    keypairs:
                      "KeyPair-enc": { file: "\(locked.path)", passphrase: enc_key }
                    secrets:
                      enc_key: { env: "ENC_KEY" }
                    encoders:
                      enc-1: { ssh: "\(SSHServer.user)@127.0.0.1:\(port)", keypair: "KeyPair-enc", host-keys: "off", labels: [edge] }
                    phones:
                      inner: { adb: "ssh \(address)", via: "enc-1", labels: [deep] }

                    """)
            let run = try await practice.drover.run(
                ["exec", "inner", "--farm", "saved.yml", "--", "id"], environment: environment)
            #expect(run.exitCode == 0, "\(run.error)")
        }
    }

    @Test func `a server that knows our key no more is named, and no phone is blamed`() async throws {
        try await TunnelledFarm.with(SimulationOptions(phones: 3), servers: 1, isLetIn: false) { farm in
            _ = try await farm.practice.run("phones")
            try await farm.practice.drover.expect(
                "ssh-denied", exitCode: 4, ["exec", "all", "--retries", "0", "--", "id"])
        }
    }

    @Test func `a server that forwards nothing is named, and no phone is blamed`() async throws {
        try await TunnelledFarm.with(SimulationOptions(phones: 3), servers: 1, lines: ["AllowTcpForwarding no"]) {
            farm in
            _ = try await farm.practice.run("phones", "--offline")
            try await farm.practice.drover.expect(
                "ssh-no-forwarding", exitCode: 4, ["exec", "all", "--retries", "0", "--", "id"])
        }
    }

    @Test func `a server that is down and one with another key are told apart`() async throws {
        try await TunnelledFarm.with(SimulationOptions(phones: 4), servers: 2) { farm in
            let practice = farm.practice
            #expect(try await practice.run("exec", "all", "--", "id").exitCode == 0)
            for server in farm.servers { await server.stop() }
            try await farm.servers[0].changeHostKey()
            try await farm.servers[0].start()
            let result = try await practice.run("exec", "all", "--retries", "0", "--", "id")
            #expect(result.exitCode == 4)
            #expect(result.error.contains("its key has changed"), "\(result.error)")
            #expect(result.error.contains("Connection refused"), "\(result.error)")
            #expect(result.error.contains("(farm-1)") && result.error.contains("(farm-2)"))
        }
    }

    @Test func `tunnels give other tools local ports`() async throws {
        try await TunnelledFarm.with(SimulationOptions(phones: 3), servers: 1) { farm in
            let practice = farm.practice
            let running = try practice.drover.start(["tunnel", "sim-001, sim-003"])
            let lines = await running.prints("sim-003")
            #expect(lines.count == 2)
            var ports = "phones:\n"
            for line in lines {
                let words = line.split(separator: " ")
                #expect(words.prefix(2) == ["adb", "connect"] && words.count == 5, "\(line)")
                ports += "  \(words[4]): { adb: \"tcp:\(words[2])\" }\n"
            }
            try practice.write(ports, to: "local.yml")
            let run = try await practice.run("exec", "all", "--farm", "local.yml", "--", "getprop ro.serialno")
            #expect(run.exitCode == 0, "\(run.error)")
            for name in ["sim-001", "sim-003"] {
                let serial = try #require(practice.farm.phone(name)?.serial)
                #expect(run.output.contains(serial))
            }
            running.signal(SIGINT)
            let ended = await running.ended()
            #expect(ended.exitCode == 0)
            #expect(ended.error.contains("2 connections, "), "\(ended.error)")
        }
    }

    @Test func `tunnels for others are opened only when somebody says so`() async throws {
        try await TunnelledFarm.with(SimulationOptions(phones: 1), servers: 1) { farm in
            try await farm.practice.drover.expect(
                "tunnel-for-others", exitCode: 2, ["tunnel", "all", "--listen", "0.0.0.0:6000"])
            try await farm.practice.drover.expect(
                "tunnel-nowhere", exitCode: 2, ["tunnel", "all", "--listen", "localhost"])
            try farm.practice.write("phones: { a: \"tcp:127.0.0.1:1\" }\n", to: "plain.yml")
            try await farm.practice.drover.expect(
                "tunnel-none", exitCode: 2, ["tunnel", "all", "--farm", "plain.yml"])
        }
    }
}
