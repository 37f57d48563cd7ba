import CCrypto

/// What a private key in PEM text is, without the private part: read to learn its kind and to try its passphrase.
///
/// Reads what OpenSSL writes: PKCS#8 (`BEGIN PRIVATE KEY`, `BEGIN ENCRYPTED PRIVATE KEY`) and the older forms by kind
/// (`BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`), which may be encrypted as well.
public struct PEMPrivateKey: Hashable, Sendable {
    /// The public half, by kind of key.
    public enum PublicHalf: Hashable, Sendable {
        /// RSA, with its numbers as bytes, the highest first.
        case rsa(modulus: [UInt8], exponent: [UInt8])
        /// A point on a curve, by OpenSSL's name of the curve: `prime256v1`, `secp384r1`.
        case elliptic(curve: String, point: [UInt8])
        /// Ed25519, with its 32 bytes.
        case ed25519([UInt8])
        /// Another kind, by its name: `DSA`.
        case other(String)
    }

    /// The public half.
    public let publicHalf: PublicHalf

    /// Reads a private key and keeps its public half.
    ///
    /// - Parameters:
    ///   - pem: The content of the file.
    ///   - passphrase: What opens it; nil when nothing is known. Not looked at when the key is not encrypted.
    /// - Throws: ``CryptoError`` with `encryptedKey` when it needs a passphrase and there is none, `wrongPassphrase`, or
    ///   `badKey` when it is broken or of a kind that this library does not know.
    public init(pem: UnsafeRawBufferPointer, passphrase: String?) throws(CryptoError) {
        let operation = "read private key"
        let given = Passphrase(text: passphrase)
        guard let memory = BIO_new_mem_buf(pem.baseAddress, CInt(clamping: pem.count)) else {
            throw CryptoError.taking(.library, operation)
        }
        defer { BIO_free(memory) }
        let answer = withExtendedLifetime(given) {
            PEM_read_bio_PrivateKey(memory, nil, answerPassphrase, Unmanaged.passUnretained(given).toOpaque())
        }
        guard let key = answer else {
            let failure = CryptoError.taking(.badKey, operation)
            guard given.wasAsked else { throw failure }
            guard passphrase != nil else {
                throw CryptoError(.encryptedKey, operation, reason: "the key is protected by a passphrase")
            }
            // It was asked for only once the file had been taken apart, so what failed is to undo the encryption.
            throw CryptoError(.wrongPassphrase, operation, reason: "the passphrase does not open the key")
        }
        let handle = KeyHandle(owning: key)
        publicHalf = try Self.publicHalf(of: handle)
    }

    private static func publicHalf(of handle: KeyHandle) throws(CryptoError) -> PublicHalf {
        let kind = handle.borrow { EVP_PKEY_get_base_id($0) }
        switch kind {
        case EVP_PKEY_RSA:
            return .rsa(modulus: try handle.number("n").bytes, exponent: try handle.number("e").bytes)
        case EVP_PKEY_EC:
            return .elliptic(curve: try handle.groupName(), point: try handle.octets("pub"))
        case EVP_PKEY_ED25519:
            return .ed25519(try handle.octets("pub"))
        default:
            let name = OBJ_nid2sn(kind).map { String(cString: $0) }
            return .other(name ?? "unknown")
        }
    }
}

/// Answers the library's question for a passphrase, and notes that it was asked.
private final class Passphrase {
    private(set) var wasAsked = false
    private let text: String?

    init(text: String?) { self.text = text }

    func write(to buffer: UnsafeMutablePointer<CChar>, room: Int) -> CInt {
        wasAsked = true
        guard let text, text.utf8.count <= room else { return -1 }
        for (index, byte) in text.utf8.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        return CInt(text.utf8.count)
    }
}

/// Called by the library, with the ``Passphrase`` as its context.
private func answerPassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ room: CInt, _ isForWriting: CInt, _ context: UnsafeMutableRawPointer?
) -> CInt {
    guard let buffer, let context else { return -1 }
    return Unmanaged<Passphrase>.fromOpaque(context).takeUnretainedValue().write(to: buffer, room: Int(room))
}
