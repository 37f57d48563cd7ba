import CCrypto

/// Codes that only who has the key can make of a message: HMAC (RFC 2104).
public enum MessageCode {
    /// The size of a code with SHA-1, in bytes.
    public static let sha1ByteCount = 20
    /// The size of a code with SHA-256, in bytes.
    public static let sha256ByteCount = 32

    /// The code with SHA-1, with which `known_hosts` hides the names of hosts and OBS signs.
    ///
    /// - Throws: ``CryptoError`` when the library was built without SHA-1, or forbids it.
    public static func sha1(of message: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
        try code(of: message, key, EVP_sha1(), sha1ByteCount, "make HMAC-SHA1")
    }

    /// The code with SHA-256.
    ///
    /// - Throws: ``CryptoError`` when the library refuses.
    public static func sha256(of message: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
        try code(of: message, key, EVP_sha256(), sha256ByteCount, "make HMAC-SHA256")
    }

    private static func code(
        of message: [UInt8], _ key: [UInt8], _ hash: OpaquePointer?, _ size: Int, _ operation: String
    ) throws(CryptoError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: size)
        var count: UInt32 = 0
        guard HMAC(hash, key, CInt(clamping: key.count), message, message.count, &code, &count) != nil,
            count == UInt32(size)
        else { throw CryptoError.taking(.library, operation) }
        return code
    }
}
