import CCrypto
import CTLS

/// Who a server is: a certificate and its key, and what sessions are made from.
public final class TLSIdentity: Sendable {
    private let certificate: CertificateHandle
    private let key: KeyHandle

    init(certificate: CertificateHandle, key: KeyHandle) {
        self.certificate = certificate
        self.key = key
    }

    /// What the sessions of a server share.
    ///
    /// - Throws: ``CryptoError`` when there is no libssl, or when it cannot.
    public func server() throws(CryptoError) -> TLSServer {
        guard drover_tls_load() == 0 else {
            throw CryptoError(.library, "load libssl", reason: String(cString: drover_tls_load_error()))
        }
        let context = certificate.borrow { certificate in key.borrow { drover_tls_context(certificate, $0) } }
        guard let context else { throw CryptoError.taking(.library, "make a TLS server") }
        return TLSServer(owning: context)
    }
}

/// Makes the sessions of a server.
public final class TLSServer: Sendable {
    // Proof: only read after `init`, and the library guards its reference count and its cache of sessions.
    private nonisolated(unsafe) let context: OpaquePointer

    init(owning context: OpaquePointer) { self.context = context }

    deinit { drover_tls_context_free(context) }

    /// A session with a client that has just connected.
    ///
    /// - Throws: ``CryptoError`` when the library cannot.
    public func session() throws(CryptoError) -> TLSSession {
        guard let incoming = BIO_new(BIO_s_mem()) else { throw CryptoError.taking(.library, "make a TLS session") }
        guard let outgoing = BIO_new(BIO_s_mem()) else {
            BIO_free(incoming)
            throw CryptoError.taking(.library, "make a TLS session")
        }
        guard let session = drover_tls_session(context, incoming, outgoing) else {
            throw CryptoError.taking(.library, "make a TLS session")
        }
        return TLSSession(owning: session, incoming: incoming, outgoing: outgoing)
    }
}
