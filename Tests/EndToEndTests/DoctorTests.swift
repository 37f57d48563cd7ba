import DroverTesting
import Foundation
import Simulator
import Testing

@Suite("Looking at the way to a host", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct DoctorTests {
    /// What differs from run to run, made alike.
    private func alike(_ text: String, _ farm: TunnelledFarm) -> String {
        var text = text.replacing(farm.key.path, with: "KEYFILE").replacing(SSHServer.user, with: "USER")
        for server in farm.servers { text = text.replacing("\(server.port)", with: "PORT") }
        for phone in farm.practice.farm.phones {
            if let address = phone.address { text = text.replacing("\(address)", with: "PHONE") }
        }
        return text.replacing(/SHA256:[A-Za-z0-9+\/]{43}/, with: "SHA256:SUM")
            .replacing(/Linux [0-9][^ \n]*/, with: "Linux VERSION")
            .replacing(farm.practice.drover.folder.path, with: "FOLDER")
    }

    @Test func `every step of the way is told, and the first one that is wrong with its cure`() async throws {
        var text = ""
        try await TunnelledFarm.with(SimulationOptions(phones: 2), servers: 2) { farm in
            let drover = farm.practice.drover
            let encoder =
                "  enc-a: { ssh: \"\(SSHServer.user)@127.0.0.1:\(farm.servers[0].port)\", keypair: KeyPair-farm }\n"
            let old = try String(contentsOfFile: farm.practice.drover.folder.path + "/farm.yml", encoding: .utf8)
            try farm.practice.write(old + "encoders:\n" + encoder, to: "farm.yml")
            let names = [farm.practice.farm.phones[0].name, "farm-2", "enc-a"]
            let well = try await drover.run(["doctor"] + names)
            #expect(well.exitCode == 0, "\(well.error)")
            text += "# all is well\n" + alike(well.output, farm)
            #expect(chmod(farm.key.path, 0o644) == 0)
            let loose = try await drover.run(["doctor", "enc-a"])
            #expect(loose.exitCode == 1)
            text += "\n# others can read the key file\n" + alike(loose.output, farm)
            #expect(chmod(farm.key.path, 0o600) == 0)
            try await farm.servers[0].changeHostKey()
            await farm.servers[0].stop()
            try await farm.servers[0].start()
            let changed = try await drover.run(["doctor", "enc-a"])
            text += "\n# the host has another key than before\n" + alike(changed.output, farm)
            await farm.servers[1].stop()
            let closed = try await drover.run(["doctor", "farm-2"])
            text += "\n# nobody listens\n" + alike(closed.output, farm)
            let unknown = try await drover.run(["doctor", "farm-9"])
            #expect(unknown.exitCode == 2)
            text += "\n# nobody is called so\n" + unknown.error
        }
        try await TunnelledFarm.with(
            SimulationOptions(phones: 1), servers: 1, lines: ["AllowTcpForwarding no"]
        ) { farm in
            let answer = try await farm.practice.drover.run(["doctor", "farm-1"])
            text += "\n# the host forwards nothing\n" + alike(answer.output, farm)
        }
        try await TunnelledFarm.with(SimulationOptions(phones: 1), servers: 1, isLetIn: false) { farm in
            let answer = try await farm.practice.drover.run(["doctor", "farm-1"])
            text += "\n# the host knows no key of ours\n" + alike(answer.output, farm)
        }
        expectGolden(text, "golden/ssh/doctor.txt")
    }
}
