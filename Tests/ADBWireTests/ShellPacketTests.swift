import ADBWire
import Testing

@Suite struct ShellPacketTests {
    static let stream: [UInt8] =
        ShellPacket.stdout.encoded(Array("hello ".utf8)) + ShellPacket.stderr.encoded(Array("oops".utf8))
        + ShellPacket.stdout.encoded() + [99, 2, 0, 0, 0, 1, 2] + ShellPacket.stdout.encoded(Array("world".utf8))
        + ShellPacket.exit.encoded([7])

    struct Heard: Equatable {
        var stdout: [UInt8] = []
        var stderr: [UInt8] = []
        var exit: UInt8?
    }

    static func hear(_ pieces: [ArraySlice<UInt8>]) throws -> Heard {
        var parser = ShellPacketParser()
        var heard = Heard()
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                var rest = bytes
                while case .data(let kind, let data, _)? = try parser.next(&rest) {
                    switch kind {
                    case .stdout: heard.stdout += Array(data)
                    case .stderr: heard.stderr += Array(data)
                    case .exit: heard.exit = data.first
                    case .stdin, .closeStdin, .windowSize: break
                    }
                }
                #expect(rest.isEmpty)
            }
        }
        return heard
    }

    @Test func `outputs and exit are told apart, cut at any place`() throws {
        let expected = Heard(stdout: Array("hello world".utf8), stderr: Array("oops".utf8), exit: 7)
        let bytes = Self.stream
        for cut in 0...bytes.count { #expect(try Self.hear([bytes[..<cut], bytes[cut...]]) == expected) }
        #expect(try Self.hear(bytes.indices.map { bytes[$0...$0] }) == expected)
    }

    @Test("a length that no phone sends is refused", arguments: [UInt32(0x10_0001), 0xffff_ffff])
    func lyingLength(length: UInt32) {
        let bytes: [UInt8] = [1] + withUnsafeBytes(of: length.littleEndian) { Array($0) }
        let error = #expect(throws: WireError.self) { try Self.hear([bytes[...]]) }
        #expect(error?.code == .lengthOutOfRange)
    }
}
