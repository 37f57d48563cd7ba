import ADBWire
import Crypto
import DroverTesting
import Lanes
import Simulator
import Testing

@testable import ADB

@Suite(.timeLimit(.minutes(5))) struct FeedServiceTests {
    /// One input in pieces of many sizes, out of two memories.
    static func pieces(_ bytes: [UInt8]) -> [SharedSlice] {
        let odd = SharedBytes([7] + bytes + [9])
        var slices: [SharedSlice] = []
        var start = 0
        for size in [1, 0, 511, 65_536, 3, 200_000, .max] where start < bytes.count {
            let end = size > bytes.count - start ? bytes.count : start + size
            slices.append(SharedSlice(odd, start + 1..<end + 1))
            start = end
        }
        return slices
    }

    @Test(
        "a command gets every byte of a long input, whatever pieces it is in",
        arguments: [Profile.android7, .android9, .android11, .android14])
    func arrives(profile: Profile) async throws {
        try await withPhone(profile) { phone in
            let bytes = SeededNumbers.bytes(3_000_001)
            let meter = ProgressMeter(clock: phone.lane.clock)
            let result = try await phone.link.feed("sha256sum", input: Self.pieces(bytes), meter: meter)
            #expect(result.exit == 0)
            let digest = bytes.withUnsafeBytes { SHA256.hash(of: $0) }
            #expect(String(decoding: result.output, as: UTF8.self) == "\(digest.hex)  -\n")
            #expect(meter.bytes >= UInt64(bytes.count))
            #expect(!meter.isDue)
        }
    }

    @Test func `input is framed in whole packets and closed`() async throws {
        let script = ScriptedPhone.accepting { line, packet in
            guard packet.command == .write else { return }
            line.send(.okay, packet.arg1, packet.arg0)
            if packet.payload.suffix(5) == [4, 0, 0, 0, 0] {
                line.send(.write, packet.arg1, packet.arg0, ShellPacket.exit.encoded([0]))
            }
        }
        try await withLink(script) { link, line, _ in
            let block = SharedBytes([UInt8](repeating: 65, count: 65_540))
            let result = try await link.feed(
                "cat", input: [SharedSlice(block, 0..<10), SharedSlice(block, 10..<65_540)])
            #expect(result.exit == 0)
            let sent = line.packets.filter { $0.command == .write }.flatMap(\.payload)
            let letters = [UInt8](repeating: 65, count: 65_536)
            #expect(sent == [0, 0, 0, 1, 0] + letters + [0, 4, 0, 0, 0, 65, 65, 65, 65, 4, 0, 0, 0, 0])
        }
    }

    @Test func `nothing at all is an input that ends at once`() async throws {
        try await withPhone { phone in
            let result = try await phone.link.feed("wc -c", input: [])
            #expect(result.exit == 0)
            #expect(String(decoding: result.output, as: UTF8.self) == "0\n")
        }
    }

    @Test func `a command that ends early is answered for, and the rest is not sent`() async throws {
        let script = ScriptedPhone.accepting { line, packet in
            guard packet.command == .write else { return }
            let words = ShellPacket.stderr.encoded(Array("tar: bad header\n".utf8))
            line.send(.write, packet.arg1, packet.arg0, words + ShellPacket.exit.encoded([1]))
        }
        try await withLink(script) { link, line, _ in
            let long = SharedBytes([UInt8](repeating: 1, count: 10 << 20))
            let result = try await link.feed("tar -x", input: [SharedSlice(long)])
            #expect(result.exit == 1)
            #expect(String(decoding: result.error, as: UTF8.self) == "tar: bad header\n")
            #expect(line.packets.filter { $0.command == .write }.count == 1)
        }
    }

    @Test func `an old phone that cannot count the input does not run the line`() async throws {
        try await withPhone(.android6) { phone in
            let bytes = SharedBytes(Array("hello".utf8))
            let result = try await phone.link.feed("cat > /data/local/tmp/x", input: [SharedSlice(bytes)])
            #expect(result.exit == ShellResult.cannotCount)
            #expect(result.exitSource == .sentinel)
            #expect(try await phone.link.run("ls /data/local/tmp/x").exit != 0)
        }
    }

    @Test func `an old phone that can count gets its input too`() async throws {
        var profile = Profile.android6
        profile.missing.remove(.headBytes)
        try await withPhone(profile) { phone in
            let bytes = SeededNumbers.bytes(300_000)
            let result = try await phone.link.feed("sha256sum; exit 3", input: Self.pieces(bytes))
            #expect(result.exit == 3)
            #expect(String(decoding: result.output, as: UTF8.self) == "\(SHA256.hash(of: bytes).hex)  -\n")
        }
    }

    @Test func `a cancelled command closes its stream`() async throws {
        try await withLink(ScriptedPhone.accepting { _, _ in }) { link, line, _ in
            let long = SharedBytes([UInt8](repeating: 1, count: 10 << 20))
            let running = Task(executorPreference: link.lane) {
                try await link.feed("tar -x", input: [SharedSlice(long)])
            }
            try await line.received(3)
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            try await line.received(4)
            #expect(line.packets.last?.command == .close)
        }
    }
}
