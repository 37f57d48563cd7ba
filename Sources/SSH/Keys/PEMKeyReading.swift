import Crypto
import Secrets

/// Opens keys in PEM text with OpenSSL, to learn their public half and whether a passphrase opens them.
enum PEMKeyReading {
    /// The public half of a key.
    ///
    /// - Throws: ``KeyFileError`` with `locked`, `wrongPassphrase`, `broken` or `unsupported`.
    static func publicKey(
        _ content: KeyBytes, path: String, passphrase: Secret?
    ) throws(KeyFileError) -> SSHPublicKey {
        let half: PEMPrivateKey.PublicHalf
        do throws(CryptoError) {
            half = try opened(content, passphrase).publicHalf
        } catch {
            throw failure(error, path)
        }
        var fields = SSHFieldWriter()
        switch half {
        case .rsa(let modulus, let exponent):
            fields.add("ssh-rsa")
            fields.add(magnitude: exponent)
            fields.add(magnitude: modulus)
        case .elliptic(let curve, let point):
            guard let name = curves[curve] else {
                throw unsupported(path, "uses the curve \(curve), which SSH does not know")
            }
            fields.add("ecdsa-sha2-\(name)")
            fields.add(name)
            fields.add(point)
        case .ed25519(let bytes):
            fields.add("ssh-ed25519")
            fields.add(bytes)
        case .other(let kind):
            throw unsupported(path, "is of a kind that cannot be used: \(kind)")
        }
        guard let key = SSHPublicKey(blob: fields.bytes) else { throw unsupported(path, "is too large") }
        return key
    }

    /// What SSH calls the curves that it knows (RFC 5656), by what OpenSSL calls them.
    private static let curves = [
        "prime256v1": "nistp256", "P-256": "nistp256", "secp384r1": "nistp384", "P-384": "nistp384",
        "secp521r1": "nistp521", "P-521": "nistp521",
    ]

    private static func opened(_ content: KeyBytes, _ passphrase: Secret?) throws(CryptoError) -> PEMPrivateKey {
        guard let passphrase else {
            return try content.withUnsafeBytes { (bytes) throws(CryptoError) in
                try PEMPrivateKey(pem: bytes, passphrase: nil)
            }
        }
        return try passphrase.reveal { (text) throws(CryptoError) in
            try content.withUnsafeBytes { (bytes) throws(CryptoError) in
                try PEMPrivateKey(pem: bytes, passphrase: text)
            }
        }
    }

    private static func failure(_ error: CryptoError, _ path: String) -> KeyFileError {
        switch error.code {
        case .encryptedKey: .locked(path)
        case .wrongPassphrase: .wrongPassphrase(path)
        default:
            KeyFileError(
                .broken, path, "is damaged: it begins as a PEM key and does not go on as one",
                advice: "copy it again, or make a new one with ssh-keygen")
        }
    }

    private static func unsupported(_ path: String, _ reason: String) -> KeyFileError {
        KeyFileError(.unsupported, path, reason, advice: "make a new one: ssh-keygen -t ed25519")
    }
}

extension KeyFileError {
    /// The key needs a passphrase and there is none.
    static func locked(_ path: String) -> Self {
        Self(
            .locked, path, "is protected by a passphrase and none is given",
            advice:
                "name the passphrase as a secret in the farm file, or let ssh-agent hold the key: ssh-add \(shellQuoted(path))"
        )
    }

    /// The passphrase is another one.
    static func wrongPassphrase(_ path: String) -> Self {
        Self(
            .wrongPassphrase, path, "is not opened by the passphrase that is given",
            advice: "try it by hand: ssh-keygen -y -f \(shellQuoted(path))")
    }
}
