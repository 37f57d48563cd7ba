/// How the key is judged by which a host proves itself.
public enum HostKeyChecking: String, Hashable, Sendable, CaseIterable {
    /// It must be known already.
    case strict
    /// The first one seen is kept, and must be the same from then on.
    case pin
    /// Nobody looks.
    case off
}

/// Why a host's key was taken.
public enum HostKeyVerdict: Hashable, Sendable {
    /// It is the one that is known.
    case known(KnownHostsPlace)
    /// Nothing was known of the host; the key was kept in this file.
    case pinned(String)
    /// Nobody looked.
    case unchecked
}

/// What the files say of a host's key.
enum HostKeyFinding {
    case known(KnownHostsPlace)
    case revoked(KnownHostsPlace)
    /// Another key is known.
    case changed(from: KnownHostsLine)
    /// Nothing is known of the host, except perhaps an authority whose certificates nobody reads here.
    case unknown(authority: KnownHostsPlace?)

    /// Weighs the lines that speak of a host.
    init(_ key: SSHPublicKey, among lines: [KnownHostsLine]) {
        let own = lines.filter { $0.key == key }
        let known = lines.filter { $0.meaning == .known }
        if let revoked = own.first(where: { $0.meaning == .revoked }) {
            self = .revoked(revoked.place)
        } else if let same = own.first(where: { $0.meaning == .known }) {
            self = .known(same.place)
        } else if let other = known.first(where: { $0.key.type == key.type }) ?? known.first {
            self = .changed(from: other)
        } else {
            self = .unknown(authority: lines.first { $0.meaning == .authority }?.place)
        }
    }
}
