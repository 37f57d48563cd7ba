import ADB
import ADBWire
import Crypto
import DroverTesting
import Foundation
import Lanes
import Testing

@Suite(.timeLimit(.minutes(5))) struct HandshakeTests {
    static func vectorKey() throws -> HostKey {
        HostKey(key: try RSAPrivateKey(pem: try Fixture.text("crypto/throw-away-key.pem")), path: "vector")
    }

    /// The offer of the transcripts.
    static let transcriptOffer: ADBLink.Offer = {
        var offer = ADBLink.Offer()
        offer.features = .android9
        return offer
    }()

    static let token = Array(UInt8(0)..<20)

    /// Asks for a signature until it gets one by `accepted`, then greets.
    static func asking(accepting accepted: RSAPublicKey?) -> ScriptedPhone.Script {
        let greeting = ScriptedPhone.greeting()
        return { line, packet in
            switch (packet.command, packet.arg0) {
            case (.connect, _): line.send(.auth, 1, 0, token)
            case (.auth, 2) where accepted?.isValidADBSignature(packet.payload, of: token) == true:
                greeting(line, Packet(message: Message(.connect, 0, 0)))
            case (.auth, 2): line.send(.auth, 1, 0, token)
            default: break
            }
        }
    }

    @Test func `the host's side of the AUTH transcript is sent byte for byte`() async throws {
        let text = try Fixture.text("wire/connect-auth.hex")
        let expected = try text.split(separator: "\n").filter { $0.hasPrefix("H>D") }.map {
            try Transcript.bytes(of: $0)
        }
        let key = try Self.vectorKey()
        let script = Self.asking(accepting: key.key.publicKey)
        try await withLink(script, offer: Self.transcriptOffer, keys: KeyRing([key])) { link, line, _ in
            let sent = line.packets.map { packet in
                Message.packet(
                    packet.command, packet.arg0, packet.arg1, payload: packet.payload,
                    checksum: packet.message.check != 0)
            }
            #expect(sent == expected)
            #expect(link.banner.model == "Sim")
            #expect(link.features == .android9)
        }
    }

    @Test func `an unknown key is shown to a person, who may accept it`() async throws {
        let key = try Self.vectorKey()
        let greeting = ScriptedPhone.greeting()
        let asking = Self.asking(accepting: nil)
        let script: ScriptedPhone.Script = { line, packet in
            guard packet.command == .auth, packet.arg0 == 3 else { return asking(line, packet) }
            greeting(line, Packet(message: Message(.connect, 0, 0)))
        }
        try await withLink(script, keys: KeyRing([key])) { _, line, _ in
            let shown = try #require(line.packets.last)
            #expect(shown.payload.last == 0)
            #expect(shown.text.dropLast() == Substring(try key.publicText()))
            #expect(shown.message.check == Checksum.sum(of: shown.payload))
        }
    }

    @Test func `every key is tried once, and the one that was taken comes first next time`() async throws {
        let right = try Self.vectorKey()
        let wrong = HostKey(key: try RSAPrivateKey.generate(), path: "wrong")
        let keys = KeyRing([wrong, right])
        let script = Self.asking(accepting: right.key.publicKey)
        for signatures in [2, 1] {
            try await withLink(script, keys: keys) { _, line, _ in
                #expect(line.packets.count == 1 + signatures)
            }
        }
    }

    @Test func `a phone that asks for a key when there is none is unauthorized`() async throws {
        let found = await code { try await withLink(Self.asking(accepting: nil)) { _, _, _ in } }
        #expect(found == .unauthorized)
    }

    @Test(
        "the older version and the smaller payload are agreed upon",
        arguments: [
            (ProtocolVersion.original, 4096), (.original, 262_144), (.withoutChecksum, 1 << 20),
        ])
    func negotiation(version: ProtocolVersion, maxPayload: Int) async throws {
        let script = ScriptedPhone.greeting(version: version, maxPayload: maxPayload)
        try await withLink(script) { link, line, _ in
            #expect(link.version == version)
            #expect(link.maxPayload == maxPayload)
            _ = link.open(Array("shell:echo hi".utf8), operation: "test", within: nil, handler: HeardStream())
            try await line.received(2)
            let open = line.packets[1]
            #expect(open.payload == Array("shell:echo hi\0".utf8))
            #expect(open.message.check == (version.usesChecksum ? 0x4e2 : 0))
        }
    }

    @Test(
        "what is no phone is recognised",
        arguments: [
            ("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", ADBError.Code.notADB), ("220 ftp\r\n", .notADB),
            ("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", .notADB), ("abc", .lost), ("", .lost),
        ])
    func somethingElse(words: String, expected: ADBError.Code) async throws {
        let found = await code {
            try await withLink({ line, _ in
                line.sendRaw(Array(words.utf8))
                line.hangUp()
            }) { _, _, _ in }
        }
        #expect(found == expected)
    }

    @Test func `a port that speaks TLS is named as such`() async throws {
        let found = await code {
            try await withLink({ line, _ in line.send(.startTLS, StartTLS.version, 0) }) { _, _, _ in }
        }
        #expect(found == .tlsRequired)
    }

    @Test(
        "lengths that lie end the link",
        arguments: [
            (Command.connect, UInt32.max), (.connect, 0x10_0001), (.connect, 5000), (.auth, .max), (.auth, 5000),
        ])
    func lyingLengths(command: Command, length: UInt32) async throws {
        let found = await code {
            try await withLink({ line, _ in
                var bytes: [UInt8] = []
                var message = Message(command, 1, 0)
                message.length = length
                message.append(to: &bytes)
                line.sendRaw(bytes)
            }) { _, _, _ in }
        }
        #expect(found == .protocolViolation)
    }

    @Test func `a closed port is refused at once`() async throws {
        try await onLane { lane, _ in
            let phone = try ScriptedPhone(on: lane) { _, _ in }
            let address = try phone.address()
            phone.close()
            let found = await code { _ = try await ADBLink.connect(to: address, on: lane) }
            #expect(found == .refused)
        }
    }

    @Test func `a connect that nobody wants any more is cancelled`() async throws {
        try await onLane { lane, _ in
            let phone = try ScriptedPhone(on: lane) { _, _ in }
            defer { phone.close() }
            let address = try phone.address()
            let dialling = Task(executorPreference: lane) { try await ADBLink.connect(to: address, on: lane) }
            try await phone.line().received(1)
            dialling.cancel()
            await #expect(throws: CancellationError.self) { try await dialling.value }
        }
    }

    enum Stall: CaseIterable { case greeting, token, prompt }

    @Test("a phone that stalls while greeting costs its limit and no more", arguments: Stall.allCases)
    func stalls(stall: Stall) async throws {
        let key = try Self.vectorKey()
        try await onLane { lane, clock in
            let phone = try ScriptedPhone(on: lane) { line, packet in
                switch (stall, packet.command, packet.arg0) {
                case (.token, .connect, _), (.prompt, .connect, _), (.prompt, .auth, 2):
                    line.send(.auth, 1, 0, Self.token)
                default: break
                }
            }
            defer { phone.close() }
            let address = try phone.address()
            let limits = LinkLimits()
            let dialling = Task(executorPreference: lane) {
                try await ADBLink.connect(to: address, on: lane, keys: KeyRing([key]), limits: limits)
            }
            let (packets, limit, expected): (Int, Duration, ADBError.Code) =
                switch stall {
                case .greeting: (1, limits.greeting, .timedOut)
                case .token: (2, limits.greeting, .timedOut)
                case .prompt: (3, limits.prompt, .unauthorized)
                }
            try await phone.line().received(packets)
            await clock.advance(by: limit - .milliseconds(1))
            #expect(!phone.lines[0].isOver)
            await clock.advance(by: .milliseconds(1))
            let found = await code { _ = try await dialling.value }
            #expect(found == expected)
        }
    }
}

/// Bytes of one line of a transcript.
enum Transcript {
    static func bytes(of line: Substring) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, part) in line.dropFirst(4).split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                bytes += Array(part.replacingOccurrences(of: "\\0", with: "\0").utf8)
                continue
            }
            let digits = Array(part.filter { !$0.isWhitespace })
            for start in stride(from: 0, to: digits.count, by: 2) {
                bytes.append(try #require(UInt8(String(digits[start...start + 1]), radix: 16)))
            }
        }
        return bytes
    }
}
