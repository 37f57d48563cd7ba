import CCrypto

/// MD5 over bytes that arrive in pieces: object stores compare it, and phones show keys by it; never for anything that
/// must not be forged.
///
/// Sendable, since there is one owner at a time, and OpenSSL's contexts belong to no thread.
public struct MD5: ~Copyable, @unchecked Sendable {
    /// The size of a digest, in bytes.
    public static let byteCount = 16

    private let context: OpaquePointer

    /// Starts with no bytes.
    ///
    /// - Throws: ``CryptoError`` when the library was built without MD5, or forbids it.
    public init() throws(CryptoError) {
        guard let context = EVP_MD_CTX_new() else { throw CryptoError.taking(.library, "MD5") }
        guard EVP_DigestInit_ex(context, EVP_md5(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw CryptoError.taking(.library, "MD5")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        guard EVP_DigestUpdate(context, start, bytes.count) == 1 else {
            fatalError("\(CryptoError.taking(.library, "continue MD5"))")
        }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of everything added so far, 16 bytes.
    public consuming func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
            fatalError("\(CryptoError.taking(.library, "finish MD5"))")
        }
        return digest
    }

    /// The digest of bytes that are all there.
    ///
    /// - Throws: ``CryptoError`` when the library was built without MD5, or forbids it.
    public static func hash(of bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        var hash = try MD5()
        hash.update(bytes)
        return hash.finish()
    }
}
