import CCrypto

/// A certificate authority that is made on the spot and vouches for servers of this machine; its key is never written.
public struct CertificateAuthority: Sendable {
    /// From when to when something holds, in seconds since 1970.
    public typealias Term = Range<Int64>

    private let certificate: CertificateHandle
    private let key: KeyHandle

    /// The certificate that clients are to trust, as PEM text.
    public let pem: String

    /// Makes an authority.
    ///
    /// - Parameter name: What people read in it.
    /// - Throws: ``CryptoError`` when the library cannot.
    public init(name: String, valid term: Term) throws(CryptoError) {
        key = try Self.makeKey()
        certificate = try Self.make(
            name, valid: term, key: key, issuer: nil,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ])
        pem = try certificate.borrow { (pointer) throws(CryptoError) in
            try MemoryOutput.text("write certificate") { PEM_write_bio_X509($0, pointer) }
        }
    }

    /// Makes a server's certificate and key.
    ///
    /// - Parameter names: Whom the server may say that it is: numbers of addresses, or names of hosts.
    /// - Throws: ``CryptoError`` when the library cannot.
    public func identity(for names: [String], valid term: Term) throws(CryptoError) -> TLSIdentity {
        let own = try Self.makeKey()
        let others = names.map { name in
            let isNumber = name.contains(":") || name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
            return "\(isNumber ? "IP" : "DNS"):\(name)"
        }
        let made = try Self.make(
            names.first ?? "server", valid: term, key: own, issuer: (certificate, key),
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"), (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid"), (NID_subject_alt_name, others.joined(separator: ",")),
            ])
        return TLSIdentity(certificate: made, key: own)
    }

    /// A key on the curve P-256, which every client takes and which costs next to nothing.
    private static func makeKey() throws(CryptoError) -> KeyHandle {
        let context = try OperationContext(generating: EVP_PKEY_EC, "generate key")
        var key: OpaquePointer?
        try context.check("start to generate key") { EVP_PKEY_keygen_init($0) }
        try context.check("choose curve") { EVP_PKEY_CTX_set_ec_paramgen_curve_nid($0, NID_X9_62_prime256v1) }
        try context.check("generate key") { EVP_PKEY_keygen($0, &key) }
        guard let key else { throw CryptoError(.library, "generate key", reason: "no key was made") }
        return KeyHandle(owning: key)
    }

    private static func make(
        _ name: String, valid term: Term, key: KeyHandle, issuer: (certificate: CertificateHandle, key: KeyHandle)?,
        extensions: [(kind: CInt, value: String)]
    ) throws(CryptoError) -> CertificateHandle {
        let operation = "make certificate"
        guard let made = X509_new() else { throw CryptoError.taking(.library, operation) }
        let certificate = CertificateHandle(owning: made)
        func check(_ isDone: Bool) throws(CryptoError) {
            guard isDone else { throw CryptoError.taking(.library, operation) }
        }
        let serial = try RandomBytes.make(8).reduce(Int64(0)) { $0 << 8 | Int64($1) } & .max
        try check(X509_set_version(made, 2) == 1)
        try check(ASN1_INTEGER_set_int64(X509_get_serialNumber(made), serial) == 1)
        try check(ASN1_TIME_set(X509_getm_notBefore(made), time_t(term.lowerBound)) != nil)
        try check(ASN1_TIME_set(X509_getm_notAfter(made), time_t(term.upperBound)) != nil)
        try check(key.borrow { X509_set_pubkey(made, $0) } == 1)
        let subject = X509_get_subject_name(made)
        try check(
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, Array(name.utf8), CInt(name.utf8.count), -1, 0)
                == 1)
        let signer = issuer?.certificate ?? certificate
        try signer.borrow { (pointer) throws(CryptoError) in
            try check(X509_set_issuer_name(made, X509_get_subject_name(pointer)) == 1)
            var context = X509V3_CTX()
            X509V3_set_ctx(&context, pointer, made, nil, nil, 0)
            for (kind, value) in extensions {
                let extra = X509V3_EXT_conf_nid(nil, &context, kind, value)
                try check(extra != nil)
                defer { X509_EXTENSION_free(extra) }
                try check(X509_add_ext(made, extra, -1) == 1)
            }
        }
        try check((issuer?.key ?? key).borrow { X509_sign(made, $0, EVP_sha256()) } > 0)
        return certificate
    }
}
