import CSSH2

/// The libssh2 that was found: loaded once, when SSH is first wanted.
public enum SSHLibrary {
    /// The library's answer when it has to wait for the host.
    static let again = CInt(DROVER_SSH2_EAGAIN)

    /// The oldest version that logs in with RSA keys at servers of today, which refuse SHA-1.
    public static let wanted = "1.11"

    /// The version in use, such as `1.11.1`.
    ///
    /// - Throws: ``SSHError`` when the library cannot be loaded.
    public static func version() throws(SSHError) -> String {
        guard drover_ssh2_load() == 0, let version = libssh2_version(0) else {
            throw SSHError(
                .unavailable, "load libssh2", String(cString: drover_ssh2_load_error()),
                advice: "install libssh2 \(wanted) or newer, or run `make setup`")
        }
        return String(cString: version)
    }

    /// Whether RSA keys can be used with servers that refuse SHA-1 signatures, as all do since OpenSSH 8.8.
    public static func signsRSAWithSHA2(_ version: String) -> Bool {
        let parts = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        return parts.count == 2 && (parts[0], parts[1]) >= (1, 11)
    }
}
