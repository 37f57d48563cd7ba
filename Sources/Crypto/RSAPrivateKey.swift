import CCrypto

/// An RSA key of 2048 bits that signs what phones ask to have signed.
///
/// The key itself is never printed: a description says only which public key it belongs to.
public struct RSAPrivateKey: Sendable {
    private let handle: KeyHandle
    /// The half that phones are told of.
    public let publicKey: RSAPublicKey

    private init(checking handle: KeyHandle, _ operation: String) throws(CryptoError) {
        try handle.requireRSA2048(operation)
        self.handle = handle
        publicKey = try RSAPublicKey(from: handle)
    }

    /// Reads PEM text, PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`).
    ///
    /// - Throws: ``CryptoError``: `badKey`, `encryptedKey` (nobody is ever asked for a passphrase) or `wrongKeyType`.
    public init(pem: [UInt8]) throws(CryptoError) {
        let operation = "read private key"
        guard let memory = BIO_new_mem_buf(pem, CInt(clamping: pem.count)) else {
            throw CryptoError.taking(.library, operation)
        }
        defer { BIO_free(memory) }
        // Without a callback of our own the library would ask for a passphrase on the terminal.
        guard let key = PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil) else {
            let failure = CryptoError.taking(.badKey, operation)
            guard String(decoding: pem.prefix(4096), as: UTF8.self).contains("ENCRYPTED") else { throw failure }
            throw CryptoError(.encryptedKey, operation, reason: "the key is protected by a passphrase")
        }
        try self.init(checking: KeyHandle(owning: key), operation)
    }

    /// Reads PEM text, PKCS#8 or PKCS#1.
    ///
    /// - Throws: ``CryptoError`` as for bytes.
    public init(pem: String) throws(CryptoError) { try self.init(pem: Array(pem.utf8)) }

    /// Makes a new key with exponent 65537; takes some tenths of a second.
    ///
    /// - Throws: ``CryptoError`` when the library cannot.
    public static func generate() throws(CryptoError) -> RSAPrivateKey {
        let context = try OperationContext(generating: EVP_PKEY_RSA, "generate key")
        var key: OpaquePointer?
        try context.check("start to generate key") { EVP_PKEY_keygen_init($0) }
        try context.check("choose key size") { EVP_PKEY_CTX_set_rsa_keygen_bits($0, 2048) }
        try context.check("generate key") { EVP_PKEY_keygen($0, &key) }
        guard let key else { throw CryptoError(.library, "generate key", reason: "no key was made") }
        return try RSAPrivateKey(checking: KeyHandle(owning: key), "generate key")
    }

    /// The key as adb keeps it in `adbkey`: PEM text, PKCS#8 without a passphrase.
    ///
    /// It is a secret: for the key file only.
    ///
    /// - Throws: ``CryptoError`` when the library cannot.
    public func pem() throws(CryptoError) -> String {
        try handle.borrow { (pointer) throws(CryptoError) in
            try MemoryOutput.text("write private key") {
                PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil)
            }
        }
    }

    /// Signs the 20 bytes that a phone sent in AUTH(1); the token is used as if it were a SHA-1 digest.
    ///
    /// Costs about 0.2 ms. May be called from any number of threads at once.
    ///
    /// - Returns: 256 bytes, the payload of AUTH(2).
    /// - Throws: ``CryptoError`` with `badLength` when the token has another length than 20.
    public func signADBToken(_ token: [UInt8]) throws(CryptoError) -> [UInt8] {
        try ADBSignature.sign(token, with: handle)
    }
}

extension RSAPrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Which key it is, without the key.
    public var description: String { "private key \(publicKey)" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Shows nothing, so that `dump` and failed expectations cannot print the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
