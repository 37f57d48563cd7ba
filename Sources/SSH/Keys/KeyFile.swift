import Glibc

/// A private key file that was read and recognised; what is in it stays closed until somebody logs in with it.
public struct KeyFile: Sendable {
    /// The file.
    public let path: String
    /// The form in which it is kept.
    public let format: KeyFormat
    /// Whether a passphrase is needed.
    public let isEncrypted: Bool
    /// The public half; nil when it cannot be known without the passphrase.
    public let publicKey: SSHPublicKey?
    /// The content.
    public let content: KeyBytes

    /// Larger files are no keys, in bytes; one of RSA with 16384 bits has 13 KiB.
    public static let maximumLength = 64 << 10

    /// Reads a private key.
    ///
    /// - Parameter path: The file; a symbolic link is followed, and what it leads to is judged.
    /// - Throws: ``KeyFileError``, with the cure.
    public init(reading path: String) throws(KeyFileError) {
        try self.init(path: path, content: try Self.content(of: path))
    }

    init(path: String, content: KeyBytes) throws(KeyFileError) {
        self.path = path
        self.content = content
        switch content.withUnsafeBytes({ KeyFileKind.read($0) }) {
        case .privateKey(.openSSH, _):
            guard let head = content.withUnsafeBytes({ try? OpenSSHKeyHead($0) }) else {
                throw KeyFileError(
                    .broken, path, "is damaged: it begins as an OpenSSH key and does not go on as one",
                    advice: "copy it again, or make a new one with ssh-keygen")
            }
            format = .openSSH
            isEncrypted = head.isEncrypted
            publicKey = head.publicKey
            try checkKind()
        case .privateKey(let format, let isEncrypted):
            self.format = format
            self.isEncrypted = isEncrypted
            publicKey = isEncrypted ? nil : try PEMKeyReading.publicKey(content, path: path, passphrase: nil)
        case .publicKey:
            throw KeyFileError(
                .notAKey, path, "is a public key", advice: Self.adviceForPublicKey(path))
        case .certificate:
            throw KeyFileError(
                .notAKey, path, "is a certificate", advice: "name the file of the private key that belongs to it")
        case .putty:
            throw KeyFileError(
                .unsupported, path, "is a key of PuTTY",
                advice: "convert it: puttygen \(KeyFileError.shellQuoted(path)) -O private-openssh -o NEW-FILE")
        case .dsa:
            throw KeyFileError(
                .unsupported, path, "is a DSA key, which servers of today refuse",
                advice: "make a new one: ssh-keygen -t ed25519")
        case .nothing:
            throw KeyFileError(
                .notAKey, path, "is no private key: it has no line -----BEGIN ... PRIVATE KEY-----",
                advice: "name the file that ssh-keygen or the cloud gave you")
        }
    }

    private func checkKind() throws(KeyFileError) {
        guard let type = publicKey?.type else { return }
        if type.hasPrefix("sk-") {
            throw KeyFileError(
                .unsupported, path, "belongs to a security key, which has to be touched for every login",
                advice: "use a key without one, or let ssh-agent hold it")
        }
        let known = ["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
        guard known.contains(type) else {
            throw KeyFileError(
                .unsupported, path, "is of a kind that cannot be used: \(type)",
                advice: "make a new one: ssh-keygen -t ed25519")
        }
    }

    private static func adviceForPublicKey(_ path: String) -> String {
        path.hasSuffix(".pub")
            ? "name the private one: \(path.dropLast(4))" : "name the file of the private key that belongs to it"
    }
}
