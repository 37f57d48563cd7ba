import ADBWire
import Lanes
import Testing

@testable import Simulator

/// Every fault, seen from the host.
@Suite(.timeLimit(.minutes(5)))
struct MisbehaviourTests {
    /// Waits until the phone has noted a fault; what it does then is nothing, which cannot be heard.
    private func waitForFault(_ phone: SimulatedPhone) async {
        while phone.record.deeds.faults.isEmpty { await Task.yield() }
    }

    @Test func `refuse: the port is closed and stays ours`() async throws {
        try await withPhone(fault: "refuse") { host, phone in
            #expect(await host.hearEnd() == .refused)
            #expect(phone.record.deeds.connections == 0)
        }
    }

    @Test func `hang-up: accepted and closed`() async throws {
        try await withPhone(fault: "hang-up") { host, _ in
            #expect([.closed, .reset].contains(await host.hearEnd()))
        }
    }

    @Test func `hang-up once: the second connection works`() async throws {
        try await withPhone(fault: "hang-up*1") { host, phone in
            _ = await host.hearEnd()
            let second = try await ScriptedHost(phone)
            try await second.shakeHands()
            await second.close()
        }
    }

    @Test func `garbage: it speaks HTTP`() async throws {
        try await withPhone(fault: "garbage") { host, _ in
            await host.say(.connect, 0x0100_0001, 1 << 20, "host::")
            let answer = try await host.hearBytes(24)
            #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func `stall at connect: nothing is ever said`() async throws {
        try await withPhone(fault: "stall:connect") { host, phone in
            await host.say(.connect, 0x0100_0001, 1 << 20, "host::")
            while phone.record.deeds.bytesReceived == 0 { await Task.yield() }
            #expect(phone.record.deeds.bytesSent == 0)
        }
    }

    @Test func `stall at auth: a token, and nothing after it`() async throws {
        try await withPhone(fault: "stall:auth") { host, phone in
            try await host.shakeHands(answeredBy: .auth)
            await host.say(.auth, 2, 0, [UInt8](repeating: 0, count: 256))
            await waitForFault(phone)
            #expect(phone.record.deeds.handshakes == 0)
        }
    }

    @Test func `unauthorized: every signature and key is looked at in vain`() async throws {
        try await withPhone(fault: "unauthorized") { host, phone in
            try await host.shakeHands(answeredBy: .auth)
            await host.say(.auth, 2, 0, [UInt8](repeating: 0, count: 256))
            try await host.hear(.auth)
            await host.say(.auth, 3, 0, "QAAAA me@here\0")
            while phone.record.deeds.offeredKeys.isEmpty { await Task.yield() }
            #expect(phone.record.deeds.handshakes == 0)
        }
    }

    @Test func `stall at open and at reply: the stream never answers`() async throws {
        try await withPhone(fault: "stall:open") { host, phone in
            try await host.shakeHands()
            await host.say(.open, 1, 0, "shell:echo hi\0")
            await waitForFault(phone)
            #expect(phone.record.deeds.streams == 0)
        }
        try await withPhone(fault: "stall:reply") { host, phone in
            try await host.shakeHands()
            let first = try await host.open("shell:echo hi")
            // The next OPEN is answered, so whatever was said about the first one would have come before.
            let second = try await host.open("shell:echo hi")
            #expect(first.phones != second.phones && phone.record.deeds.shellLines.count == 2)
        }
    }

    @Test func `stall at write: nothing is acknowledged`() async throws {
        try await withPhone(fault: "stall:write") { host, phone in
            try await host.shakeHands()
            let stream = try await host.open("sync:")
            await host.say(.write, stream.mine, stream.phones, "STAT")
            await waitForFault(phone)
            #expect(phone.record.deeds.faults == ["stalled at write"])
        }
    }

    @Test func `drop at a byte: exactly there`() async throws {
        try await withPhone(fault: "drop-at:100") { host, phone in
            try await host.shakeHands(features: "shell_v2")
            await host.say(.open, 1, 0, "shell:echo \(String(repeating: "x", count: 100))\0")
            #expect(await host.hearEnd() == .reset)
            #expect(phone.record.deeds.faults == ["dropped at byte 100"] && phone.record.deeds.streams == 0)
        }
    }

    @Test func `wrong magic, wrong length, flood`() async throws {
        try await withPhone(fault: "wrong-magic") { host, _ in
            try await host.shakeHands()
            await host.say(.open, 1, 0, "shell:echo hi\0")
            let header = try await host.hearBytes(24).withUnsafeBytes { Message($0) }
            #expect(header?.hasGoodMagic == false)
        }
        try await withPhone(fault: "wrong-length") { host, _ in
            try await host.shakeHands()
            await host.say(.open, 1, 0, "shell:echo hi\0")
            let header = try await host.hearBytes(24).withUnsafeBytes { Message($0) }
            #expect(header?.length == .max)
        }
        try await withPhone(fault: "flood") { host, _ in
            try await host.shakeHands()
            _ = try await host.open("shell:echo hi")
            for _ in 0..<300 { try await host.hear(.write) }
        }
    }

    @Test func `exit-lost: output and a close, but no status`() async throws {
        try await withPhone(fault: "exit-lost") { host, _ in
            try await host.shakeHands()
            #expect(try await host.run("shell,v2,raw:echo hi") == ShellPacket.stdout.encoded(Array("hi\n".utf8)))
        }
    }

    @Test func `double-close and empty-write are what they say`() async throws {
        try await withPhone(fault: "double-close") { host, _ in
            try await host.shakeHands()
            let stream = try await host.open("shell:true")
            for _ in 0..<2 {
                #expect(try await host.hear() == Packet(command: .close, arg0: stream.phones, arg1: stream.mine))
            }
        }
        try await withPhone(fault: "empty-write") { host, _ in
            try await host.shakeHands()
            _ = try await host.open("shell:echo hi")
            let first = try await host.hear()
            #expect(first.command == .write && first.payload.isEmpty)
        }
    }

    @Test func `offline after services: gone, and the port with it`() async throws {
        try await withPhone(fault: "offline-after:2") { host, phone in
            try await host.shakeHands()
            _ = try await host.run("shell:true")
            _ = try await host.run("shell:true")
            await host.say(.open, 7, 0, "shell:true\0")
            #expect(await host.hearEnd() == .reset)
            let next = try await ScriptedHost(phone)
            #expect(await next.hearEnd() == .refused)
        }
    }

    @Test func `reset in mid-push`() async throws {
        try await withPhone(fault: "reset-mid-push") { host, phone in
            try await host.shakeHands()
            let stream = try await host.open("sync:")
            await host.say(
                .write, stream.mine, stream.phones, Array("SEND\u{f}\0\0\0/sdcard/a,33188DATA\u{3}\0\0\0abc".utf8))
            #expect(await host.hearEnd() == .reset)
            #expect(phone.record.deeds.receivedFiles == 0)
        }
    }

    @Test func `a slow phone sends late by its own clock`() async throws {
        let clock = ManualClock()
        try await withPhone(fault: "slow:100", clock: clock) { host, phone in
            await host.say(.connect, 0x0100_0001, 1 << 20, "host::")
            while phone.record.deeds.bytesSent == 0 { await Task.yield() }
            await clock.advance(by: .seconds(60))
            try await host.hear(.connect)
        }
    }

    @Test("a phone that reboots is away, comes back, and settles", arguments: ["reboot:", "shell:reboot"])
    func reboot(service: String) async throws {
        let clock = ManualClock()
        try await withPhone(clock: clock) { host, phone in
            try await host.shakeHands()
            let before = try await host.run("shell:cat /proc/sys/kernel/random/boot_id")
            _ = try? await host.run(service)
            #expect(await host.hearEnd() == .closed)
            let early = try await ScriptedHost(phone)
            #expect(await early.hearEnd() == .refused)
            await clock.advance(by: .seconds(2))
            let back = try await ScriptedHost(phone)
            try await back.shakeHands()
            #expect(try await back.run("shell:getprop sys.boot_completed") == [10])
            await clock.advance(by: .seconds(1))
            #expect(try await back.run("shell:getprop sys.boot_completed") == Array("1\n".utf8))
            #expect(try await back.run("shell:cat /proc/sys/kernel/random/boot_id") != before)
            #expect(phone.record.deeds.reboots == [""])
            await back.close()
        }
    }
}
