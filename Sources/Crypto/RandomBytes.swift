import CCrypto

/// Bytes that nobody can predict.
public enum RandomBytes {
    /// Makes `count` bytes from the library's seeded generator.
    ///
    /// - Throws: ``CryptoError`` when the system gives no entropy.
    public static func make(_ count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, CInt(count)) == 1 else { throw CryptoError.taking(.library, "make random bytes") }
        return bytes
    }
}
