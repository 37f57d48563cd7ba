import DroverTesting
import ADBWire
import Crypto
import Lanes
import Testing

@testable import Simulator

/// The packet layer, as a real adbd does it.
@Suite(.timeLimit(.minutes(5)))
struct WireTests {
    @Test func `a phone answers CNXN with its own version, the smaller limit, and its banner`() async throws {
        try await withPhone { host, _ in
            let answer = try await host.shakeHands(maxPayload: 4096)
            #expect(answer.command == .connect && answer.arg0 == 0x0100_0001 && answer.arg1 == 4096)
            #expect(
                answer.text.hasPrefix(
                    "device::ro.product.name=shiba;ro.product.model=Pixel 8;ro.product.device=shiba;features=shell_v2,cmd,"
                ))
        }
    }

    @Test func `what comes before CNXN is dropped`() async throws {
        try await withPhone { host, _ in
            await host.say(.open, 1, 0, "shell,v2,raw:echo hi\0")
            try await host.shakeHands()
        }
    }

    @Test func `an old phone has no features, small packets, and sums`() async throws {
        try await withPhone(.android6) { host, _ in
            let answer = try await host.shakeHands()
            #expect(answer.arg0 == 0x0100_0000 && answer.arg1 == 4096)
            #expect(answer.text.hasSuffix("ro.product.device=hammerhead;"))
            #expect(try await host.run("shell:echo hi") == Array("hi\r\n".utf8))
            #expect(try await host.run("exec:echo hi") == Array("hi\n".utf8))
        }
    }

    @Test func `a wrong sum ends the connection of an old phone and of no other`() async throws {
        for (profile, ends) in [(Profile.android7, true), (.android9, false)] {
            try await withPhone(profile) { host, _ in
                try await host.shakeHands()
                await host.say(.open, 1, 0, Array("shell:echo hi\0".utf8), checksum: false)
                if ends {
                    #expect(await host.hearEnd() == .closed)
                } else {
                    try await host.hear(.okay)
                }
            }
        }
    }

    @Test func `a wrong magic is read over, and the next packet works`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            var bad = Message.packet(.open, 1, 0, payload: Array("shell:echo\0".utf8))
            bad[23] ^= 1
            await host.say(bad)
            await host.say(.open, 0, 0, "shell:echo\0")
            await host.say(Command(rawValue: 0x5858_5858), 1, 1, "what")
            #expect(try await host.run("shell:echo hi") == Array("hi\n".utf8))
        }
    }

    @Test func `more than a MiB in one packet ends the connection`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            var header: [UInt8] = []
            Message(.write, 1, 1, length: (1 << 20) + 1).append(to: &header)
            await host.say(header)
            #expect(await host.hearEnd() == .closed)
        }
    }

    @Test("a service that the phone does not know is refused", arguments: ["nosuch:", "tcp:80", "abb", "framebuffer:"])
    func refusal(service: String) async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            await host.say(.open, 9, 0, service + "\0")
            #expect(try await host.hear() == Packet(command: .close, arg0: 0, arg1: 9))
        }
    }

    @Test func `CLSE is answered by CLSE, and OKAY for nobody too`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            let stream = try await host.open("shell:sleep 100")
            await host.say(.close, stream.mine, stream.phones)
            #expect(try await host.hear() == Packet(command: .close, arg0: stream.phones, arg1: stream.mine))
            await host.say(.okay, stream.mine, stream.phones)
            #expect(try await host.hear() == Packet(command: .close, arg0: stream.phones, arg1: stream.mine))
            // CLSE and WRTE for nobody are ignored: the next answer is the one to the OPEN.
            await host.say(.close, stream.mine, stream.phones)
            await host.say(.write, stream.mine, stream.phones, "lost")
            #expect(try await host.run("shell:echo hi") == Array("hi\n".utf8))
        }
    }

    @Test func `without credit one WRTE is sent, and the rest at the end`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands(maxPayload: 4096)
            let line = String(repeating: "x", count: 9_999)
            let stream = try await host.open(
                "shell:echo \(line.prefix(3000)); sleep 0.05; echo \(line.prefix(900)); cat")
            #expect(try await host.hear().payload.count == 3001)
            // The second echo has to wait for us; a stream that goes on gets what is gathered in one packet.
            await host.say(.okay, stream.mine, stream.phones)
            #expect(try await host.hear().payload.count == 901)
        }
    }

    @Test func `a command that has ended sends everything without credit`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands(maxPayload: 4096)
            let stream = try await host.open("source:10000")
            var sizes: [Int] = []
            while true {
                let packet = try await host.hear()
                guard packet.command == .write else {
                    #expect(packet == Packet(command: .close, arg0: stream.phones, arg1: stream.mine))
                    break
                }
                sizes.append(packet.payload.count)
                if sizes.count == 1 { await host.say(.okay, stream.mine, stream.phones) }
            }
            #expect(sizes == [4096, 4096, 1808])
        }
    }

    @Test func `shell v2 keeps the streams apart and ends with the status`() async throws {
        try await withPhone { host, phone in
            try await host.shakeHands()
            let bytes = try await host.run("shell,v2,raw:echo out; echo err >&2; exit 7")
            let expected =
                ShellPacket.stdout.encoded(Array("out\n".utf8)) + ShellPacket.stderr.encoded(Array("err\n".utf8))
                + ShellPacket.exit.encoded([7])
            #expect(bytes == expected)
            #expect(phone.record.deeds.shellLines == ["echo out; echo err >&2; exit 7"])
        }
    }

    @Test func `shell v2 takes input in pieces that straddle packets`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands()
            let stream = try await host.open("shell,v2,raw:cat | wc -c")
            let bytes = ShellPacket.stdin.encoded(Array("12345".utf8)) + ShellPacket.closeStdin.encoded()
            for byte in bytes { await host.say(.write, stream.mine, stream.phones, [byte]) }
            #expect(
                try await host.hearAll(stream) == ShellPacket.stdout.encoded(Array("5\n".utf8))
                    + ShellPacket.exit.encoded([0]))
        }
    }

    @Test func `with windows OKAYs carry counts, and a mismatch is refused`() async throws {
        try await withPhone { host, _ in
            try await host.shakeHands(features: "shell_v2,delayed_ack")
            await host.say(.open, 1, 0, "sync:\0")
            #expect(try await host.hear() == Packet(command: .close, arg0: 0, arg1: 1))
            await host.say(.open, 2, 1 << 20, "shell:cat\0")
            let answer = try await host.hear()
            #expect(answer.command == .okay && answer.payload == [0, 0, 0, 2])
            await host.say(.write, 2, answer.arg0, "12345")
            let taken = try await host.hear()
            let echoed = try await host.hear()
            #expect(Set([taken.command, echoed.command]) == [.okay, .write])
            #expect([taken, echoed].contains { $0.payload == [5, 0, 0, 0] })
        }
        try await withPhone { host, _ in
            try await host.shakeHands()
            await host.say(.open, 1, 1 << 20, "sync:\0")
            #expect(try await host.hear() == Packet(command: .close, arg0: 0, arg1: 1))
        }
    }

    @Test func `abb runs words that no shell looks at`() async throws {
        try await withPhone(.android11) { host, _ in
            try await host.shakeHands()
            let answer = try await host.run("abb:settings\0put\0global\0x y\0$HOME;")
            #expect(answer == ShellPacket.exit.encoded([0]))
            #expect(try await host.run("abb_exec:settings\0get\0global\0x y") == Array("$HOME;\n".utf8))
        }
    }
}

/// Who is let in.
@Suite(.timeLimit(.minutes(5)))
struct AuthenticationTests {
    @Test func `a known key is let in, an unknown one gets another token`() async throws {
        let known = try RSAPrivateKey(pem: try Fixture.bytes("crypto/throw-away-key.pem"))
        let other = try RSAPrivateKey.generate()
        try await withPhone(authentication: .keys([known.publicKey])) { host, phone in
            let first = try await host.shakeHands(answeredBy: .auth)
            #expect(first.command == .auth && first.arg0 == 1 && first.payload.count == 20)
            await host.say(.open, 1, 0, "shell:echo hi\0")
            await host.say(.auth, 2, 0, try other.signADBToken(first.payload))
            let second = try await host.hear()
            #expect(second.command == .auth && second.payload != first.payload)
            await host.say(.auth, 2, 0, try known.signADBToken(first.payload))
            let third = try await host.hear()
            #expect(third.command == .auth)
            await host.say(.auth, 2, 0, try known.signADBToken(third.payload))
            try await host.hear(.connect)
            #expect(phone.record.deeds.signatures == 3 && phone.record.deeds.streams == 0)
        }
    }

    @Test func `a key is accepted on the screen when the user comes, and known from then on`() async throws {
        let clock = ManualClock()
        let key = try RSAPrivateKey.generate()
        try await withPhone(authentication: .prompt(acceptedAfter: .seconds(30)), clock: clock) { host, phone in
            let token = try await host.shakeHands(answeredBy: .auth)
            await host.say(.auth, 2, 0, try key.signADBToken(token.payload))
            _ = try await host.hear()
            await host.say(.auth, 3, 0, Array((try key.publicKey.adbText(comment: "me@here") + "\0").utf8))
            while phone.record.deeds.offeredKeys.isEmpty { await Task.yield() }
            await clock.advance(by: .seconds(29))
            #expect(phone.record.deeds.handshakes == 0)
            await clock.advance(by: .seconds(2))
            try await host.hear(.connect)
            let again = try await ScriptedHost(phone)
            let next = try await again.shakeHands(answeredBy: .auth)
            await again.say(.auth, 2, 0, try key.signADBToken(next.payload))
            try await again.hear(.connect)
            await again.close()
        }
    }
}
