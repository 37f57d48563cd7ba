import SSH

extension HostCheckup {
    /// The libssh2 that is used for hosts, and whether it can log in with every kind of key.
    public static var library: Finding {
        do throws(SSHError) {
            let version = try SSHLibrary.version()
            guard SSHLibrary.signsRSAWithSHA2(version) else {
                return Finding(
                    "libssh2", .bad(advice: "`make release` builds \(SSHLibrary.wanted) or newer beside the program"),
                    "\(version) cannot log in with RSA keys at servers of today")
            }
            return Finding("libssh2", .good, version)
        } catch {
            return Finding("libssh2", .bad(advice: error.advice), error.reason)
        }
    }
}
