/// The algorithms that a server offers, read from its first packet, which is not encrypted (RFC 4253, section 7.1).
struct ServerOffer {
    /// Names by kind, in the packet's order: key exchange, host key, ciphers, MACs and compressions each way.
    let names: [[String]]

    /// Finds the packet in the first bytes that a server sent; nil when they do not hold it whole.
    init?(_ bytes: [UInt8]) {
        guard let end = Self.endOfBanner(bytes) else { return nil }
        var fields = SSHFieldReader(bytes[end...])
        do {
            let length = try fields.number()
            let padding = try fields.byte()
            guard length < 35_000, padding < length, try fields.byte() == 20 else { return nil }
            for _ in 0..<16 { _ = try fields.byte() }
            names = try (0..<8).map { _ in try fields.text(atMost: 35_000).split(separator: ",").map(String.init) }
        } catch {
            return nil
        }
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
}
