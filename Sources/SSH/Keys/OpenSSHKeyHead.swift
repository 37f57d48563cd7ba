/// What a key in OpenSSH's own form says without its passphrase: how it is encrypted, and its public half
/// (openssh's `PROTOCOL.key`).
///
/// Only the head of the file is taken apart; of the private half that follows no copy is made.
struct OpenSSHKeyHead {
    /// The file ended early, or holds something else.
    struct Broken: Error {}

    let cipher: String
    let publicKey: SSHPublicKey

    var isEncrypted: Bool { cipher != "none" }

    init(_ file: UnsafeRawBufferPointer) throws(Broken) {
        guard var body = PEMBody(file) else { throw Broken() }
        guard try body.bytes(15) == Array("openssh-key-v1\0".utf8) else { throw Broken() }
        cipher = String(decoding: try body.field(atMost: 128), as: UTF8.self)
        _ = try body.field(atMost: 128)  // the name of what makes a key from the passphrase
        _ = try body.field(atMost: 4096)  // and its parameters
        guard try body.number() == 1 else { throw Broken() }
        guard let key = SSHPublicKey(blob: try body.field(atMost: SSHPublicKey.maximumLength)) else { throw Broken() }
        publicKey = key
        // The private half has to be there, whole; what is in it is looked at by who opens it.
        let length = Int(try body.number())
        guard length > 0, body.hasMore(length) else { throw Broken() }
    }
}

/// Decodes the base64 between `BEGIN` and `END`, byte by byte and only as far as it is asked.
private struct PEMBody {
    private let file: UnsafeRawBufferPointer
    private var place: Int
    private var bits: UInt32 = 0
    private var held = 0

    /// Goes to the line after `BEGIN`; nil without one.
    init?(_ file: UnsafeRawBufferPointer) {
        self.file = file
        let mark = Array("-----BEGIN ".utf8)
        var start = 0
        while true {
            guard start + mark.count < file.count,
                let end = file[start...].firstIndex(of: UInt8(ascii: "\n"))
            else { return nil }
            if file[start...].starts(with: mark) {
                place = end + 1
                return
            }
            start = end + 1
        }
    }

    /// The next byte; nil at the end and at anything that is no base64.
    private mutating func next() -> UInt8? {
        while held < 8 {
            guard place < file.count else { return nil }
            let character = file[place]
            let value: UInt32
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(character) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(character) - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(character) + 4
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " "), UInt8(ascii: "\t"):
                place += 1
                continue
            default: return nil
            }
            place += 1
            bits = bits << 6 | value
            held += 6
        }
        held -= 8
        defer { bits &= (1 << UInt32(held)) - 1 }
        return UInt8(truncatingIfNeeded: bits >> UInt32(held))
    }

    mutating func bytes(_ count: Int) throws(OpenSSHKeyHead.Broken) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count {
            guard let byte = next() else { throw OpenSSHKeyHead.Broken() }
            bytes.append(byte)
        }
        return bytes
    }

    mutating func number() throws(OpenSSHKeyHead.Broken) -> UInt32 {
        try bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func field(atMost most: Int) throws(OpenSSHKeyHead.Broken) -> [UInt8] {
        let count = Int(try number())
        guard count <= most else { throw OpenSSHKeyHead.Broken() }
        return try bytes(count)
    }

    mutating func hasMore(_ count: Int) -> Bool {
        for _ in 0..<count {
            guard next() != nil else { return false }
        }
        return true
    }
}
