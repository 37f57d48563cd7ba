/// A host and a port, as written in the farm file.
public struct Address: Hashable, Sendable, CustomStringConvertible {
    /// A host name, an IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    /// The TCP port, 1 to 65,535.
    public let port: UInt16

    /// Makes an address from its parts, which are not checked again.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT` or `[IPV6]:PORT`.
    ///
    /// - Parameter defaultPort: The port of an address that names none; without it the port must be written.
    /// - Throws: ``FarmError/Code/badAddress`` with the place of the mistake.
    public init(parsing text: String, defaultPort: UInt16? = nil) throws(FarmError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else {
            throw FarmError(.badAddress, text, "an address is HOST:PORT, and this one is empty")
        }
        let (host, rest) = try Self.splitHost(bytes, of: text)
        self.host = host
        if rest == bytes.count, let defaultPort {
            port = defaultPort
            return
        }
        guard rest < bytes.count else {
            throw FarmError(
                .badAddress, text, at: rest..<rest, "the port is missing", suggestion: "write \(text):5555")
        }
        let digits = bytes[(rest + 1)...]
        let isNumber = !digits.isEmpty && digits.count <= 5 && digits.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let port = UInt16(String(decoding: digits, as: UTF8.self)), port > 0 else {
            throw FarmError(.badAddress, text, at: rest + 1..<bytes.count, "a port is a number from 1 to 65535")
        }
        self.port = port
    }

    /// Cuts the host off; the second value is the offset of the colon before the port, or the end.
    private static func splitHost(_ bytes: [UInt8], of text: String) throws(FarmError) -> (String, Int) {
        let openBracket = UInt8(ascii: "[")
        let closeBracket = UInt8(ascii: "]")
        let colon = UInt8(ascii: ":")
        if bytes[0] == openBracket {
            guard let close = bytes.firstIndex(of: closeBracket) else {
                throw FarmError(.badAddress, text, at: 0..<1, "the bracket is not closed")
            }
            let inside = bytes[1..<close]
            guard inside.contains(colon), inside.allSatisfy(isIPv6Byte) else {
                throw FarmError(.badAddress, text, at: 1..<close, "brackets hold an IPv6 address")
            }
            let rest = close + 1
            guard rest == bytes.count || bytes[rest] == colon else {
                throw FarmError(
                    .badAddress, text, at: rest..<bytes.count, "after the bracket comes a colon and the port")
            }
            return (String(decoding: inside, as: UTF8.self), rest)
        }
        let end = bytes.firstIndex(of: colon) ?? bytes.count
        if end < bytes.count, bytes[(end + 1)...].contains(colon) {
            throw FarmError(
                .badAddress, text, "an IPv6 address stands in brackets", suggestion: "write [ADDRESS]:PORT")
        }
        guard end > 0 else { throw FarmError(.badAddress, text, at: 0..<0, "the host is missing") }
        if let wrong = bytes[..<end].firstIndex(where: { !isHostByte($0) }) {
            throw FarmError(.badAddress, text, at: wrong..<wrong + 1, "this character cannot stand in a host name")
        }
        return (String(decoding: bytes[..<end], as: UTF8.self), end)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        // A zone such as fe80::1%eth0 belongs to the address.
        isHostByte(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%")
    }

    /// Whether it is this machine's own, which nobody else can reach.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber })
    }

    /// The address as it is written: IPv6 in brackets.
    public var description: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
