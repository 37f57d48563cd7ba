import ADBWire
import Testing

@Suite struct PacketParserTests {
    static let fixtures = [
        "connect-auth", "connect-unknown-key", "shell", "shell-old", "push", "install", "delayed-ack",
    ]

    @Test("every packet of a transcript is read and written as it was", arguments: fixtures)
    func transcripts(name: String) throws {
        for packet in try WireFixture(name).packets {
            let parsed = try parse([packet.bytes[...]])
            #expect(parsed.count == 1)
            let message = try #require(parsed.first?.message)
            let payload = try #require(parsed.first?.payload)
            #expect(message.hasGoodMagic)
            #expect(Int(message.length) == payload.count)
            #expect(message.check == 0 || message.check == Checksum.sum(of: payload))
            let written = Message.packet(
                message.command, message.arg0, message.arg1, payload: payload, checksum: message.check != 0)
            #expect(written == packet.bytes)
        }
    }

    @Test("a stream cut at any place gives the same packets", arguments: fixtures)
    func cuts(name: String) throws {
        let fixture = try WireFixture(name)
        for side in [WireFixture.Side.host, .phone] {
            let bytes = fixture.bytes(side)
            let whole = try parse([bytes[...]])
            for cut in 0...bytes.count { #expect(try parse([bytes[..<cut], bytes[cut...]]) == whole) }
            #expect(try parse(bytes.indices.map { bytes[$0...$0] }) == whole)
        }
    }

    @Test func `remaining counts down to the end of the payload`() throws {
        var parser = PacketParser()
        var seen: [Int] = []
        let packet = Message.packet(.write, 1, 2, payload: [1, 2, 3, 4, 5])
        for byte in packet.indices {
            try packet[byte...byte].withUnsafeBytes { bytes in
                try parser.consume(bytes, maxPayload: 4096) { if case .payload(_, let rest) = $0 { seen.append(rest) } }
            }
        }
        #expect(seen == [4, 3, 2, 1, 0])
        #expect(parser.isBetweenPackets)
    }

    @Test("a length beyond the limit is refused before a byte of it is taken", arguments: [4097, 1 << 20, 0xffff_ffff])
    func lyingLength(length: Int) throws {
        var bytes: [UInt8] = []
        Message(.write, 1, 2, length: length).append(to: &bytes)
        let error = #expect(throws: WireError.self) { try parse([bytes[...]], maxPayload: 4096) }
        #expect(error?.code == .payloadTooLong)
        #expect(error?.value == UInt64(length))
    }

    @Test("a wrong bit in the magic is refused", arguments: 0..<32)
    func wrongMagic(bit: Int) throws {
        var message = Message(.okay, 1, 2)
        message.magic ^= 1 << UInt32(bit)
        var bytes: [UInt8] = []
        message.append(to: &bytes)
        let error = #expect(throws: WireError.self) { try parse([bytes[...]]) }
        #expect(error?.code == .badMagic)
    }

    @Test func `a phone reads over a packet with a wrong magic, and over one that is too long`() throws {
        var wrong = Message(.write, 1, 2, length: 3)
        wrong.magic = 7
        var bytes: [UInt8] = []
        wrong.append(to: &bytes)
        bytes += [1, 2, 3]
        Message(.write, 1, 2, length: 5000).append(to: &bytes)
        bytes += [UInt8](repeating: 9, count: 5000)
        bytes += Message.packet(.close, 1, 2)
        for cut in stride(from: 0, through: bytes.count, by: 7) {
            let packets = try parse([bytes[..<cut], bytes[cut...]], policy: .ignore, maxPayload: 4096)
            #expect(packets.map(\.message) == [Message(.close, 1, 2)])
        }
    }

    @Test func `a phone hangs up over more than 1 MiB`() throws {
        var bytes: [UInt8] = []
        Message(.write, 1, 2, length: PayloadLimit.modern + 1).append(to: &bytes)
        #expect(throws: WireError.self) { try parse([bytes[...]], policy: .ignore) }
    }

    @Test func `an unknown command with the right magic is passed on`() throws {
        let bytes = Message.packet(Command(rawValue: 0x4444_4444), 1, 2, payload: [5])
        #expect(try parse([bytes[...]]).first?.payload == [5])
    }

    @Test func `an unfinished header can be looked at`() throws {
        var parser = PacketParser()
        try Array("SSH-2.0".utf8).withUnsafeBytes { try parser.consume($0, maxPayload: 4096) { _ in } }
        #expect(parser.partialHeader == Array("SSH-2.0".utf8))
        #expect(!parser.isBetweenPackets)
    }
}
