import DroverTesting
import Lanes
import Testing

@testable import SSH

@Suite("A client of ssh-agent", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct AgentClientTests {
    private func asking<Answer: Sendable>(
        _ path: String, clock: any LaneClock = SystemClock(),
        _ body: @escaping @Sendable (AgentClient) async throws -> Answer
    ) async throws -> Answer {
        let lane = try Lane(name: "agent", clock: clock)
        return try await Task(executorPreference: lane) {
            let client = try AgentClient(at: path, on: lane)
            defer { client.close() }
            return try await body(client)
        }.value
    }

    @Test func `is told the keys and gets signatures of every kind`() async throws {
        let agent = try await SSHAgent()
        let maker = SSHKeyMaker(in: try ScratchFolder())
        var made: [SSHKeyPair] = []
        for type in SSHKeyType.allCases {
            made.append(try await maker.make(type, name: "\(type)"))
            try await agent.add(made[made.count - 1])
        }
        let (keys, signatures) = try await asking(agent.path) { client in
            let keys = try await client.keys()
            var signatures: [String: Int] = [:]
            for key in keys {
                for algorithm in key.publicKey.signatureAlgorithms where algorithm != "ssh-rsa" {
                    let data = [UInt8]("what the server wants signed".utf8)
                    signatures["\(key.comment) \(algorithm)"] = try await client.sign(
                        data, with: key.publicKey, algorithm: algorithm
                    ).count
                }
            }
            return (keys, signatures)
        }
        #expect(keys.map(\.publicKey.fingerprint) == made.map(\.fingerprint))
        #expect(keys.map(\.comment) == SSHKeyType.allCases.map { "\($0)" })
        #expect(signatures["ed25519 ssh-ed25519"] == 64)
        #expect(signatures["rsa2048 rsa-sha2-256"] == 256)
        #expect(signatures["rsa3072 rsa-sha2-512"] == 384)
        #expect(signatures.count == 8)
        await agent.stop()
    }

    @Test func `many questions at once are answered each for itself`() async throws {
        let agent = try await SSHAgent()
        let key = try await SSHKeyMaker(in: try ScratchFolder()).make()
        try await agent.add(key)
        let different = try await asking(agent.path) { client in
            let publicKey = try await client.keys()[0].publicKey
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for number in 0..<50 {
                    group.addTask(executorPreference: client.lane) {
                        try await client.sign([UInt8(number)], with: publicKey, algorithm: "ssh-ed25519")
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }.count
            }
        }
        #expect(different == 50)
        await agent.stop()
    }

    @Test func `an agent without keys has none, and a locked one or a lost key says so`() async throws {
        let agent = try await SSHAgent()
        #expect(try await asking(agent.path) { try await $0.keys() }.isEmpty)
        let key = try await SSHKeyMaker(in: try ScratchFolder()).make()
        let publicKey = try #require(SSHPublicKey(base64: key.publicBase64))
        let error = await #expect(throws: SSHError.self) {
            try await asking(agent.path) { try await $0.sign([1], with: publicKey, algorithm: "ssh-ed25519") }
        }
        #expect(error?.code == .badKey)
        await agent.stop()
        let gone = await #expect(throws: SSHError.self) { try await asking(agent.path) { try await $0.keys() } }
        #expect(gone?.code == .unavailable)
    }

    @Test(
        arguments: [
            [], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 12], [0, 0, 0, 1, 99], [0, 0, 0, 1, 12],
            [0, 0, 0, 5, 12, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 9, 12, 0, 0, 0, 1, 0xFF, 0, 0, 0],
            [0, 0, 0, 5, 14, 0, 0, 0, 0],
            [0, 0, 0, 1, 5], [0, 0, 0, 1, 5, 0, 0, 0, 1, 5], [83, 83, 72, 45, 50, 46, 48],
        ] as [[UInt8]])
    func `a strange answer ends the conversation`(_ answer: [UInt8]) async throws {
        let agent = try ScriptedAgent([answer])
        let error = await #expect(throws: SSHError.self) {
            try await asking(agent.path) { client in
                _ = try await client.keys()
                _ = try await client.keys()
            }
        }
        #expect(error?.code == .unavailable)
    }

    @Test func `texts that are no keys are left out`() async throws {
        var fields = SSHFieldWriter()
        fields.add(UInt8(12))
        fields.add(number: 3)
        for blob in [[1, 2, 3], sampleKey(1).blob, []] as [[UInt8]] {
            fields.add(blob)
            fields.add("a\u{1B}[2Jb")
        }
        var message = SSHFieldWriter()
        message.add(fields.bytes)
        let agent = try ScriptedAgent([message.bytes])
        let keys = try await asking(agent.path) { try await $0.keys() }
        #expect(keys.map(\.publicKey) == [sampleKey(1)])
        let silent = try ScriptedAgent([], stays: true)
        let name = try await asking(silent.path) { AgentSigner(keys[0], of: $0).name }
        #expect(name == "a\\u{1B}[2Jb (in ssh-agent)")
    }

    @Test func `another kind of signature than was asked for is refused`() async throws {
        var signature = SSHFieldWriter()
        signature.add("ssh-rsa")
        signature.add([1, 2, 3])
        var fields = SSHFieldWriter()
        fields.add(UInt8(14))
        fields.add(signature.bytes)
        var message = SSHFieldWriter()
        message.add(fields.bytes)
        let agent = try ScriptedAgent([message.bytes])
        let error = await #expect(throws: SSHError.self) {
            try await asking(agent.path) {
                try await $0.sign([1], with: sampleKey(1, type: "ssh-rsa"), algorithm: "rsa-sha2-512")
            }
        }
        #expect(error?.reason == "it signed with ssh-rsa instead of rsa-sha2-512")
    }

    @Test func `an agent that never answers is given up`() async throws {
        let agent = try ScriptedAgent([], stays: true)
        let clock = ManualClock()
        let path = agent.path
        let asked = Task { try await asking(path, clock: clock) { try await $0.keys() } }
        // Until the question stands there is no limit to pass.
        let watch = Task { while !Task.isCancelled { await clock.advance(by: .seconds(1)) } }
        let error = await #expect(throws: SSHError.self) { try await asked.value }
        watch.cancel()
        #expect(error?.code == .timedOut)
    }

    @Test(arguments: ["", "/nowhere/agent", String(repeating: "x", count: 200), "/dev/null"])
    func `a path at which nobody listens is named`(_ path: String) async {
        let error = await #expect(throws: SSHError.self) { try await asking(path) { try await $0.keys() } }
        #expect(error?.code == .unavailable)
    }
}
