import CCrypto

/// How a phone's token is signed: PKCS#1 v1.5 in which the token stands where a SHA-1 digest would.
enum ADBSignature {
    static let tokenByteCount = 20
    static let byteCount = 256

    // The ASN.1 head of a SHA-1 digest. It is written here, and the library is told of no digest, so that systems
    // whose policy forbids SHA-1 signatures still talk to phones: nothing is hashed.
    private static let digestHead: [UInt8] = [
        0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14,
    ]

    static func message(for token: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard token.count == tokenByteCount else {
            throw CryptoError(.badLength, "sign token", reason: "a token has 20 bytes, not \(token.count)")
        }
        return digestHead + token
    }

    static func sign(_ token: [UInt8], with key: KeyHandle) throws(CryptoError) -> [UInt8] {
        let message = try message(for: token)
        return try key.borrow { (pointer) throws(CryptoError) in
            let context = try OperationContext(for: pointer, "sign token")
            try context.check("start signature") { EVP_PKEY_sign_init($0) }
            try context.check("choose padding") { EVP_PKEY_CTX_set_rsa_padding($0, RSA_PKCS1_PADDING) }
            var signature = [UInt8](repeating: 0, count: byteCount)
            var count = signature.count
            try context.check("sign token") { EVP_PKEY_sign($0, &signature, &count, message, message.count) }
            guard count == byteCount else {
                throw CryptoError(.badLength, "sign token", reason: "the signature has \(count) bytes")
            }
            return signature
        }
    }

    static func isValid(_ signature: [UInt8], of token: [UInt8], by key: KeyHandle) -> Bool {
        guard signature.count == byteCount, let message = try? message(for: token) else {
            return false  // a phone answers malformed input as it answers a wrong key: no
        }
        return key.borrow { pointer in
            guard let context = try? OperationContext(for: pointer, "verify token") else { return false }
            defer { ERR_clear_error() }
            return context.succeeds { EVP_PKEY_verify_init($0) }
                && context.succeeds { EVP_PKEY_CTX_set_rsa_padding($0, RSA_PKCS1_PADDING) }
                && context.succeeds { EVP_PKEY_verify($0, signature, signature.count, message, message.count) }
        }
    }
}

/// Owns one `EVP_PKEY_CTX`: one operation with one key.
struct OperationContext: ~Copyable {
    private let context: OpaquePointer

    init(for key: OpaquePointer, _ operation: String) throws(CryptoError) {
        guard let context = EVP_PKEY_CTX_new(key, nil) else { throw CryptoError.taking(.library, operation) }
        self.context = context
    }

    init(generating type: CInt, _ operation: String) throws(CryptoError) {
        guard let context = EVP_PKEY_CTX_new_id(type, nil) else { throw CryptoError.taking(.library, operation) }
        self.context = context
    }

    deinit { EVP_PKEY_CTX_free(context) }

    func check(_ operation: String, _ call: (OpaquePointer) -> CInt) throws(CryptoError) {
        guard call(context) == 1 else { throw CryptoError.taking(.library, operation) }
    }

    func succeeds(_ call: (OpaquePointer) -> CInt) -> Bool { call(context) == 1 }
}
