/// The form in which Android keeps host keys: a struct of 524 bytes, little-endian, in base64.
///
/// | offset | bytes | content |
/// | --- | --- | --- |
/// | 0 | 4 | 64, the modulus' length in words |
/// | 4 | 4 | -1 / (lowest word of the modulus), modulo 2^32 |
/// | 8 | 256 | modulus |
/// | 264 | 256 | 2^4096 modulo the modulus |
/// | 520 | 4 | exponent |
enum AndroidKeyFormat {
    static let byteCount = 524
    static let modulusByteCount = 256
    static let wordCount: UInt32 = 64

    static func encode(modulus: [UInt8], exponent: UInt32) throws(CryptoError) -> [UInt8] {
        let squared = try BigNumber(bigEndian: modulus).remainder(ofTwoToThe: 4096).bigEndian(modulusByteCount)
        let lowest = modulus.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return wordCount.littleEndianBytes + negativeInverse(of: lowest).littleEndianBytes + modulus.reversed()
            + squared.reversed() + exponent.littleEndianBytes
    }

    static func decode(_ bytes: [UInt8]) throws(CryptoError) -> (modulus: [UInt8], exponent: UInt32) {
        guard bytes.count == byteCount else {
            throw CryptoError(.badKey, "read public key", reason: "\(bytes.count) bytes instead of \(byteCount)")
        }
        guard word(bytes[0..<4]) == wordCount else {
            throw CryptoError(.badKey, "read public key", reason: "the modulus' length is not 64 words")
        }
        // The two precomputed numbers are ignored, as adbd ignores them.
        return (bytes[8..<264].reversed(), word(bytes[520..<524]))
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Newton's iteration doubles the number of right bits: 3, 6, 12, 24, 48.
    private static func negativeInverse(of odd: UInt32) -> UInt32 {
        var inverse = odd
        for _ in 0..<4 { inverse &*= 2 &- odd &* inverse }
        return 0 &- inverse
    }
}

extension RSAPublicKey {
    /// Reads the 524 bytes in which Android keeps a key.
    ///
    /// - Throws: ``CryptoError`` with `badKey`.
    public init(androidStruct bytes: [UInt8]) throws(CryptoError) {
        let numbers = try AndroidKeyFormat.decode(bytes)
        try self.init(modulus: numbers.modulus, exponent: numbers.exponent)
    }

    /// Reads a line of `adbkey.pub` or the payload of AUTH(3): base64, then optionally white space and a comment.
    ///
    /// - Throws: ``CryptoError`` with `badKey`.
    public init(adbText: some StringProtocol) throws(CryptoError) {
        let code = adbText.drop { $0.isWhitespace }.prefix { !$0.isWhitespace && $0 != "\0" }
        guard let bytes = Base64.decode(code) else {
            throw CryptoError(.badKey, "read public key", reason: "it is not base64")
        }
        try self.init(androidStruct: bytes)
    }

    /// The 524 bytes in which Android keeps the key.
    ///
    /// - Throws: ``CryptoError`` when the library cannot.
    public func androidStruct() throws(CryptoError) -> [UInt8] {
        try AndroidKeyFormat.encode(modulus: modulus, exponent: exponent)
    }

    /// The line of `adbkey.pub`, without a line end.
    ///
    /// It is base64, a space, and the comment; AUTH(3) carries it with one NUL added.
    ///
    /// - Parameter comment: Whose key it is, `user@host`; with an empty one no space follows.
    /// - Throws: ``CryptoError`` when the library cannot.
    public func adbText(comment: String) throws(CryptoError) -> String {
        let code = Base64.encode(try androidStruct())
        return comment.isEmpty ? code : "\(code) \(comment)"
    }

    /// The fingerprint that a phone shows: MD5 of the 524 bytes, upper-case with colons.
    ///
    /// - Throws: ``CryptoError`` when the library cannot.
    public func shownFingerprint() throws(CryptoError) -> String {
        let digest = try MD5.hash(of: try androidStruct())
        return digest.map { Hex.encode([$0]).uppercased() }.joined(separator: ":")
    }
}
