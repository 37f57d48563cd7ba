import ADBWire
import DroverTesting
import Foundation
import Testing

/// A conversation under `fixtures/wire`: what each side sent, packet by packet.
struct WireFixture {
    enum Side: String { case host = "H>D", phone = "D>H" }
    struct Packet {
        let side: Side
        let bytes: [UInt8]
    }

    let packets: [Packet]

    init(_ name: String) throws {
        let text = try Fixture.text("wire/\(name).hex")
        packets = try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let side = try #require(Side(rawValue: String(line.prefix(3))))
            return Packet(side: side, bytes: try Self.bytes(of: line.dropFirst(4)))
        }
    }

    func bytes(_ side: Side) -> [UInt8] { packets.filter { $0.side == side }.flatMap(\.bytes) }

    /// Hex digits with spaces anywhere, and texts in quotes with `\0` and `\n`.
    static func bytes(of text: Substring) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                let plain = part.replacingOccurrences(of: "\\0", with: "\0").replacingOccurrences(of: "\\n", with: "\n")
                bytes += Array(plain.utf8)
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

/// A packet as the parser reports it, gathered.
struct WholePacket: Equatable {
    var message: Message
    var payload: [UInt8] = []
}

/// Feeds `pieces` one after another and gathers the packets.
func parse(
    _ pieces: [ArraySlice<UInt8>], policy: PacketParser.Policy = .reject, maxPayload: Int = PayloadLimit.modern
) throws -> [WholePacket] {
    var parser = PacketParser(policy: policy)
    var packets: [WholePacket] = []
    for piece in pieces {
        try piece.withUnsafeBytes { bytes in
            try parser.consume(bytes, maxPayload: maxPayload) { event in
                switch event {
                case .header(let message): packets.append(WholePacket(message: message))
                case .payload(let bytes, _): packets[packets.count - 1].payload += Array(bytes)
                }
            }
        }
    }
    return packets
}
