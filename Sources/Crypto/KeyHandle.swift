import CCrypto

/// Owns one `EVP_PKEY` that never changes after it was made.
final class KeyHandle {
    private let key: OpaquePointer

    /// Takes over a key that the library made for its caller to free.
    init(owning key: OpaquePointer) { self.key = key }

    deinit { EVP_PKEY_free(key) }

    /// Lends the pointer for one call.
    func borrow<Result, Failure: Error>(_ body: (OpaquePointer) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(key)
    }

    /// Refuses all keys but RSA with 2048 bits, the only ones that ADB knows.
    func requireRSA2048(_ operation: String) throws(CryptoError) {
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
            throw CryptoError(.wrongKeyType, operation, reason: "the key is not RSA")
        }
        let bits = EVP_PKEY_get_bits(key)
        guard bits == 2048 else {
            throw CryptoError(.wrongKeyType, operation, reason: "the key has \(bits) bits; ADB needs 2048")
        }
    }

    /// One of the key's numbers, by the library's name for it: `n` or `e`.
    func number(_ name: String) throws(CryptoError) -> BigNumber {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else {
            throw CryptoError.taking(.library, "read the key's number \(name)")
        }
        return BigNumber(owning: number)
    }

    /// One of the key's texts of bytes, by the library's name for it: `pub`.
    func octets(_ name: String) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        var count = 0
        guard EVP_PKEY_get_octet_string_param(key, name, &bytes, bytes.count, &count) == 1 else {
            throw CryptoError.taking(.library, "read the key's \(name)")
        }
        return Array(bytes.prefix(count))
    }

    /// The name of the curve of a key on one.
    func groupName() throws(CryptoError) -> String {
        var name = [CChar](repeating: 0, count: 80)
        var count = 0
        guard EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else {
            throw CryptoError.taking(.library, "read the key's curve")
        }
        return String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

// Proof: the key is only read after `init`, each operation makes its own context, and libcrypto guards its own lazily
// filled caches (blinding, Montgomery form) and reference counts with locks.
extension KeyHandle: @unchecked Sendable {}
