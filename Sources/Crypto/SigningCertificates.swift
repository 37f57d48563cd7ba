import CCrypto

/// Who signed something, by PKCS#7 as in the older scheme of APK signatures.
public enum SigningCertificates {
    /// SHA-256 of the certificate of each signer in a DER PKCS#7 block, in the block's order.
    ///
    /// Only the block is read; whether the signature fits some content is not judged.
    ///
    /// - Throws: ``CryptoError`` with `badCertificate` when the block cannot be read or names no signer.
    public static func digests(inPKCS7 block: [UInt8]) throws(CryptoError) -> [SHA256Digest] {
        let operation = "read signature block"
        let parsed = block.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_PKCS7(nil, &cursor, buffer.count)
        }
        guard let parsed else { throw CryptoError.taking(.badCertificate, operation) }
        defer { PKCS7_free(parsed) }
        // The list is the caller's to free; the certificates in it belong to the block.
        guard let certificates = PKCS7_get0_signers(parsed, nil, 0) else {
            throw CryptoError.taking(.badCertificate, operation)
        }
        defer { OPENSSL_sk_free(certificates) }
        var digests: [SHA256Digest] = []
        for index in 0..<OPENSSL_sk_num(certificates) {
            var start: UnsafeMutablePointer<UInt8>?
            let certificate = OPENSSL_sk_value(certificates, index)
            let count = i2d_X509(certificate.map { OpaquePointer($0) }, &start)
            guard count > 0, let start else { throw CryptoError.taking(.badCertificate, operation) }
            defer { CRYPTO_free(start, #file, #line) }
            digests.append(SHA256.hash(of: UnsafeRawBufferPointer(start: start, count: Int(count))))
        }
        guard !digests.isEmpty else {
            throw CryptoError(.badCertificate, operation, reason: "it names no signer")
        }
        return digests
    }
}
