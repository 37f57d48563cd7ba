public import Secrets

extension KeyFile {
    /// Says before a login whether a passphrase opens the key, as far as that can be known here.
    ///
    /// A key in OpenSSH's own form is opened by the SSH library alone, which says then that the passphrase is wrong: see
    /// ``whenNotOpened(_:)``.
    ///
    /// - Returns: The public half, where it is known.
    /// - Throws: ``KeyFileError`` with `locked`, `wrongPassphrase` or `broken`.
    public func checkPassphrase(_ passphrase: Secret?) throws(KeyFileError) -> SSHPublicKey? {
        guard isEncrypted else { return publicKey }
        guard let passphrase else { throw .locked(path) }
        guard format != .openSSH else { return publicKey }
        return try PEMKeyReading.publicKey(content, path: path, passphrase: passphrase)
    }

    /// What it means that the SSH library could not open the key, which was recognised and is whole.
    public func whenNotOpened(_ passphrase: Secret?) -> KeyFileError {
        guard isEncrypted else {
            return KeyFileError(
                .broken, path, "is damaged: its private half does not fit its public one",
                advice: "copy it again, or make a new one with ssh-keygen")
        }
        return passphrase == nil ? .locked(path) : .wrongPassphrase(path)
    }

    /// The files that OpenSSH looks for in a home folder, in the order in which it tries them.
    ///
    /// Not those of security keys, which have to be touched.
    public static func usualPaths(home: String) -> [String] {
        ["id_rsa", "id_ecdsa", "id_ed25519"].map { "\(home)/.ssh/\($0)" }
    }

    /// A path as people write it, with the home folder in the place of `~`.
    public static func expanded(_ path: String, home: String?) -> String {
        guard let home, path == "~" || path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }
}
