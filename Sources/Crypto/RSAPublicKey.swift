import CCrypto

/// The public half of an RSA key of 2048 bits.
public struct RSAPublicKey: Sendable {
    let handle: KeyHandle
    /// The modulus, 256 bytes, most significant first.
    public let modulus: [UInt8]
    /// The public exponent, 65537 for all keys that adb made.
    public let exponent: UInt32

    /// Reads the numbers of a key pair or a public key.
    init(from handle: KeyHandle) throws(CryptoError) {
        let modulus = try handle.number("n").bigEndian(AndroidKeyFormat.modulusByteCount)
        let exponent = try handle.number("e").bigEndian(4).reduce(0) { $0 << 8 | UInt32($1) }
        try self.init(modulus: modulus, exponent: exponent)
    }

    /// Makes a key from its numbers.
    ///
    /// - Throws: ``CryptoError`` with `badKey` when they cannot be an RSA key of 2048 bits.
    init(modulus: [UInt8], exponent: UInt32) throws(CryptoError) {
        let operation = "read public key"
        guard modulus.count == AndroidKeyFormat.modulusByteCount, let first = modulus.first, first >= 0x80,
            let last = modulus.last, last & 1 == 1
        else { throw CryptoError(.badKey, operation, reason: "the modulus is not an odd number of 2048 bits") }
        guard exponent >= 3, exponent & 1 == 1 else {
            throw CryptoError(.badKey, operation, reason: "the exponent \(exponent) cannot be used")
        }
        let encoded = DER.sequence(DER.integer(modulus) + DER.integer(exponent.bigEndianBytes))
        let key = encoded.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_PublicKey(EVP_PKEY_RSA, nil, &cursor, buffer.count)
        }
        guard let key else { throw CryptoError.taking(.badKey, operation) }
        handle = KeyHandle(owning: key)
        self.modulus = modulus
        self.exponent = exponent
    }

    /// Whether `signature` is this key's signature of a 20-byte token; malformed input is simply not valid.
    public func isValidADBSignature(_ signature: [UInt8], of token: [UInt8]) -> Bool {
        ADBSignature.isValid(signature, of: token, by: handle)
    }

    /// The key as DER SubjectPublicKeyInfo.
    ///
    /// - Throws: ``CryptoError`` when the library cannot.
    public func subjectPublicKeyInfo() throws(CryptoError) -> [UInt8] {
        try handle.borrow { (pointer) throws(CryptoError) in
            var start: UnsafeMutablePointer<UInt8>?
            let count = i2d_PUBKEY(pointer, &start)
            guard count > 0, let start else { throw CryptoError.taking(.library, "write public key") }
            defer { CRYPTO_free(start, #file, #line) }
            return Array(UnsafeBufferPointer(start: start, count: Int(count)))
        }
    }

    /// SHA-256 of ``subjectPublicKeyInfo()``: tells host keys apart.
    ///
    /// - Throws: ``CryptoError`` when the library cannot.
    public func fingerprint() throws(CryptoError) -> SHA256Digest { SHA256.hash(of: try subjectPublicKeyInfo()) }
}

extension RSAPublicKey: Hashable {
    /// Two keys are equal when their numbers are.
    public static func == (left: Self, right: Self) -> Bool {
        left.modulus == right.modulus && left.exponent == right.exponent
    }

    /// Feeds the numbers.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(modulus)
        hasher.combine(exponent)
    }
}

extension RSAPublicKey: CustomStringConvertible {
    /// The fingerprint that phones show, such as `C0:3F:…`.
    public var description: String { (try? shownFingerprint()) ?? "without a fingerprint" }  // no MD5 in this library
}

/// The few shapes of ASN.1 that a public key needs.
enum DER {
    static func integer(_ bigEndian: [UInt8]) -> [UInt8] {
        let digits = Array(bigEndian.drop { $0 == 0 })
        // A leading zero keeps the number positive.
        let content = digits.first.map { $0 >= 0x80 } == true ? [0] + digits : digits
        return [0x02] + length(content.count) + content
    }

    static func sequence(_ content: [UInt8]) -> [UInt8] { [0x30] + length(content.count) + content }

    private static func length(_ count: Int) -> [UInt8] {
        count < 0x80 ? [UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
    }
}

extension UInt32 {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
    var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
