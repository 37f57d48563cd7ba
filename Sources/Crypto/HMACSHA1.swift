import CCrypto

/// HMAC with SHA-1, with which `known_hosts` hides the names of hosts.
public enum HMACSHA1 {
    /// The size of every result, in bytes.
    public static let byteCount = 20

    /// The code of a message under a key.
    ///
    /// - Throws: ``CryptoError`` when the library was built without SHA-1, or forbids it.
    public static func code(of message: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: byteCount)
        var count: UInt32 = 0
        guard HMAC(EVP_sha1(), key, CInt(clamping: key.count), message, message.count, &code, &count) != nil,
            count == UInt32(byteCount)
        else { throw CryptoError.taking(.library, "make HMAC-SHA1") }
        return code
    }
}
