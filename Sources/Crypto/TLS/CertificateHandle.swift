import CCrypto

/// Owns one `X509` that never changes after it was made.
final class CertificateHandle {
    private let certificate: OpaquePointer

    /// Takes over a certificate that the library made for its caller to free.
    init(owning certificate: OpaquePointer) { self.certificate = certificate }

    deinit { X509_free(certificate) }

    /// Lends the pointer for one call.
    func borrow<Result, Failure: Error>(_ body: (OpaquePointer) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(certificate)
    }
}

// Proof: the certificate is only read after `init`, and the library guards its reference count.
extension CertificateHandle: @unchecked Sendable {}
