import ADBWire
import Lanes
import Simulator
import Testing

@testable import ADB

@Suite(.timeLimit(.minutes(5))) struct ShellServiceTests {
    /// The phone's answer to a command: these stream bytes, then CLSE when asked for.
    static func answering(
        _ bytes: [UInt8], features: FeatureSet = .android11, closes: Bool = true
    ) -> ScriptedPhone.Script {
        ScriptedPhone.accepting(features) { line, packet in
            guard packet.command == .open else { return }
            if !bytes.isEmpty { line.send(.write, packet.arg0 + 100, packet.arg0, bytes) }
            if closes { line.send(.close, packet.arg0 + 100, packet.arg0) }
        }
    }

    static let answer =
        ShellPacket.stdout.encoded(Array("out".utf8)) + ShellPacket.stderr.encoded(Array("err".utf8))
        + ShellPacket.exit.encoded([3])

    @Test("a command's outputs and exit code are told apart", arguments: [true, false])
    func result(closes: Bool) async throws {
        try await withLink(Self.answering(Self.answer, closes: closes)) { link, line, _ in
            let result = try await link.run("ls; exit 3")
            #expect(result.exit == 3)
            #expect(result.exitSource == .packet)
            #expect(result.output == Array("out".utf8))
            #expect(result.error == Array("err".utf8))
            #expect(!result.isTruncated)
            #expect(line.packets[1].text == "shell,v2,raw:ls; exit 3\0")
        }
    }

    @Test func `stdin is framed and closed`() async throws {
        let script = ScriptedPhone.accepting { line, packet in
            guard packet.command == .write else { return }
            line.send(.write, packet.arg1, packet.arg0, ShellPacket.exit.encoded([0]))
        }
        try await withLink(script) { link, line, _ in
            _ = try await link.run("cat", input: Array("hi".utf8))
            #expect(line.packets[2].payload == [0, 2, 0, 0, 0, 104, 105, 4, 0, 0, 0, 0])
        }
    }

    @Test func `a missing exit code is unknown and never zero`() async throws {
        try await withLink(Self.answering(ShellPacket.stdout.encoded([1]))) { link, _, _ in
            let result = try await link.run("reboot")
            #expect(result.exit == nil)
            #expect(result.exitSource == .absent)
            #expect(result.output == [1])
        }
    }

    @Test func `a command that prints for ever is given up, and so is a phone that goes on even then`() async throws {
        try await withPhone(fault: Fault(.flood)) { phone in
            let result = try await phone.link.run("yes", outputLimit: 10)
            #expect(result.exitSource == .endless)
            #expect(result.exit == nil)
            #expect(result.isTruncated)
            #expect(result.output == Array("y\ny\ny\ny\ny\n".utf8))
            let failure = await #expect(throws: ADBError.self) { try await phone.link.run("id") }
            #expect(failure?.code == .protocolViolation)
            #expect(failure?.reason == "the phone sends data without end that nobody asked for")
        }
    }

    @Test func `output beyond the limit is dropped and marked`() async throws {
        let long = ShellPacket.stdout.encoded([UInt8](repeating: 65, count: 100)) + ShellPacket.exit.encoded([0])
        try await withLink(Self.answering(long)) { link, _, _ in
            let result = try await link.run("yes", outputLimit: 10)
            #expect(result.output.count == 10)
            #expect(result.isTruncated)
            #expect(result.exit == 0)
        }
    }

    @Test func `lying shell packets end the command, not the link`() async throws {
        try await withLink(Self.answering([1, 255, 255, 255, 255])) { link, _, _ in
            #expect(await code { _ = try await link.run("x") } == .protocolViolation)
            #expect(link.failure == nil)
        }
    }

    @Test func `a cancelled command closes its stream`() async throws {
        try await withLink(ScriptedPhone.accepting { _, _ in }) { link, line, _ in
            let running = Task(executorPreference: link.lane) { try await link.run("sleep 100") }
            try await line.received(3)
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            try await line.received(4)
            #expect(line.packets.last?.command == .close)
        }
    }

    @Test func `a phone that hangs up at any byte is lost, and no command of it succeeded`() async throws {
        let script = Self.answering(Self.answer, features: .android9)
        let total = try await withLink(script) { link, line, _ in
            _ = try await link.run("x")
            return line.bytesSent
        }
        for drop in 0..<total {
            try await onLane { lane, _ in
                let phone = try ScriptedPhone(on: lane, dropAfter: drop, script: script)
                defer { phone.close() }
                let address = try phone.address()
                do {
                    let link = try await ADBLink.connect(to: address, on: lane)
                    defer { link.close() }
                    let result = try await link.run("x")
                    // Only what follows the exit packet may be missing.
                    #expect(result.exit == 3 && drop >= total - Message.size, "dropped after \(drop) bytes")
                } catch {
                    #expect((error as? ADBError)?.code == .lost, "dropped after \(drop) bytes")
                }
            }
        }
    }

    @Test func `a followed command ends when its reader has seen enough`() async throws {
        let bytes = ShellPacket.stdout.encoded(Array("one".utf8)) + ShellPacket.stdout.encoded(Array("two".utf8))
        try await withLink(Self.answering(bytes, closes: false)) { link, _, _ in
            let exit = try await link.follow("logcat") { !$0.elementsEqual("two".utf8) }
            #expect(exit == nil)
        }
    }

    @Test func `a followed command that ends by itself tells its exit code`() async throws {
        let bytes = ShellPacket.stdout.encoded(Array("one".utf8)) + ShellPacket.exit.encoded([7])
        try await withLink(Self.answering(bytes, closes: true)) { link, _, _ in
            let exit = try await link.follow("tap") { _ in true }
            #expect(exit == 7)
        }
    }

    // MARK: Phones without the shell protocol

    @Test(
        "the exit code of an old phone is read off the end",
        arguments: [
            ("hello\r\n", "0\r\n", "hello\n", 0), ("no newline", "3\n", "no newline", 3), ("", "255\r\n", "", 255),
        ])
    func legacy(output: String, tail: String, read: String, exit: Int) async throws {
        let script = ScriptedPhone.accepting([], maxPayload: 4096) { line, packet in
            guard packet.command == .open else { return }
            let marker = packet.text.split(separator: "echo ").last?.split(separator: "$").first ?? ""
            line.send(.write, packet.arg0 + 100, packet.arg0, Array((output + marker + tail).utf8))
            line.send(.close, packet.arg0 + 100, packet.arg0)
        }
        try await withLink(script) { link, line, _ in
            let result = try await link.run("cmd # comment")
            #expect(line.packets[1].text.hasPrefix("shell:(cmd # comment\n); echo "))
            #expect(result.exit == exit)
            #expect(result.exitSource == .sentinel)
            #expect(String(decoding: result.output, as: UTF8.self) == read)
        }
    }

    @Test func `an old phone that ends without the marker tells no exit code`() async throws {
        let bytes = Array("drover-1-exit=0\n".utf8)
        try await withLink(Self.answering(bytes, features: [])) { link, _, _ in
            let result = try await link.run("cat file")
            #expect(result.exit == nil)
            #expect(result.output == bytes)
        }
    }

    @Test func `a command that does not fit is refused before it is sent`() async throws {
        try await withLink(ScriptedPhone.greeting([], maxPayload: 4096)) { link, line, _ in
            #expect(await code { _ = try await link.run(String(repeating: "a", count: 5000)) } == .unsupported)
            #expect(line.packets.count == 1)
        }
    }

    @Test func `properties are read line by line, and values may have lines of their own`() {
        let text = "[a.b]: [1]\n[empty]: []\n[two]: [x\ny]\r\nnoise\n[last]: [a]: [b]\n"
        #expect(PropertyList.parse(text) == ["a.b": "1", "empty": "", "two": "x\ny", "last": "a]: [b"])
    }
}
