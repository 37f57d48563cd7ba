import CCrypto

/// MD5, which phones still use to show a key to a person; never for anything that must not be forged.
enum MD5 {
    static func hash(of bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 16)
        guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_md5(), nil) == 1 else {
            throw CryptoError.taking(.library, "MD5")
        }
        return digest
    }
}
