/// The algorithms that a server offers, read from its first packet, which is not encrypted (RFC 4253, section 7.1).
struct ServerOffer {
    /// Names by kind, in the packet's order: key exchange, host key, ciphers, MACs and compressions each way.
    let names: [[String]]

    /// Finds the packet in the first bytes that a server sent; nil when they do not hold it whole.
    init?(_ bytes: [UInt8]) {
        guard let end = Self.endOfBanner(bytes) else { return nil }
        var reader = Reader(bytes[end...])
        guard let length = reader.number(), length < 35_000, let padding = reader.byte(), padding < length,
            reader.byte() == 20, reader.skip(16)
        else { return nil }
        var names: [[String]] = []
        for _ in 0..<8 {
            guard let list = reader.text() else { return nil }
            names.append(list.split(separator: ",").map(String.init))
        }
        self.names = names
    }

    /// Whether the bytes may be the beginning of a conversation over SSH: a server may say a few lines before its banner.
    static func beginsLikeSSH(_ bytes: [UInt8]) -> Bool {
        bytes.isEmpty || bytes.starts(with: Array("SSH-".utf8)) || endOfBanner(bytes) != nil
    }

    /// Whether the server has said which protocol it speaks.
    static func hasBanner(_ bytes: [UInt8]) -> Bool { endOfBanner(bytes) != nil }

    /// Whether the server speaks the first version of the protocol alone, which nobody uses any more.
    static func isTooOld(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: Array("SSH-1.".utf8)) && !bytes.starts(with: Array("SSH-1.99-".utf8))
    }

    private static func endOfBanner(_ bytes: [UInt8]) -> Int? {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if bytes[start...].starts(with: Array("SSH-2.0-".utf8)) { return end + 1 }
            start = end + 1
        }
        return nil
    }

    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

        mutating func byte() -> UInt8? { rest.popFirst() }

        mutating func skip(_ count: Int) -> Bool {
            guard rest.count >= count else { return false }
            rest.removeFirst(count)
            return true
        }

        mutating func number() -> Int? {
            guard rest.count >= 4 else { return nil }
            defer { rest.removeFirst(4) }
            return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        }

        mutating func text() -> String? {
            guard let count = number(), count <= rest.count else { return nil }
            defer { rest.removeFirst(count) }
            return String(decoding: rest.prefix(count), as: UTF8.self)
        }
    }
}
