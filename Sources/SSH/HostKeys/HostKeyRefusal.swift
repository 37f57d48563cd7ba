import SourceText

/// The messages about a host whose key is not taken.
struct HostKeyRefusal {
    private let host: KnownHostName

    init(_ host: KnownHostName) { self.host = host }

    private func error(_ reason: String, advice: String) -> SSHError {
        SSHError(.hostKey, "check the key of host \(terminalSafe(host.description))", reason, advice: advice)
    }

    func unknown(_ key: SSHPublicKey, _ files: KnownHosts, _ authority: KnownHostsPlace?) -> SSHError {
        let searched = files.paths.joined(separator: ", ")
        var reason = "its \(shown(key)) is not known; looked in \(searched)"
        for trouble in files.troubles { reason += "; \(trouble)" }
        if let authority {
            reason += "; the certificates of the authority at \(authority) are not read"
        }
        let line = KnownHostsLine.text(of: key, of: host)
        let file = files.ownPath ?? files.paths.first ?? "known_hosts"
        return error(reason, advice: "if that is its key, add this line to \(file): \(line)")
    }

    func changed(_ line: KnownHostsLine, _ key: SSHPublicKey) -> SSHError {
        error(
            "its key has changed: it was \(shown(line.key)) (\(line.place)) and is \(shown(key)) now",
            advice: "if the host was set up anew, remove line \(line.place.line) of \(line.place.path); "
                + "otherwise somebody may stand between")
    }

    func revoked(_ key: SSHPublicKey, _ place: KnownHostsPlace) -> SSHError {
        error(
            "its \(shown(key)) is revoked (\(place))",
            advice: "do not log in there before whoever keeps that file says why")
    }

    func notKept(_ key: SSHPublicKey, _ why: String, advice: String? = nil) -> SSHError {
        error(
            "its \(shown(key)) is new and cannot be kept: \(why)",
            advice: advice ?? "make that file writable, or add the key to ~/.ssh/known_hosts by logging in with ssh")
    }

    func malformed() -> SSHError {
        error("what it shows is no key", advice: "is that really an SSH server?")
    }

    private func shown(_ key: SSHPublicKey) -> String { "\(key.kind) key \(key.fingerprint)" }
}
