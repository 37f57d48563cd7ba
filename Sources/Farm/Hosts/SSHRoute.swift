/// How a host is reached over SSH: the host itself, and the hosts that one has to go through first.
public struct SSHRoute: Hashable, Sendable, CustomStringConvertible {
    /// The hosts on the way, never none: the first is dialled first, the last is meant.
    public let hops: [SSHHop]

    /// The host that is meant.
    public var host: SSHHop { hops[hops.count - 1] }

    /// The route to the last jump host; nil where the host is dialled straight.
    public var via: SSHRoute? {
        let before = hops.dropLast()
        return before.isEmpty ? nil : SSHRoute(Array(before))
    }

    /// What messages call the host that is meant: its name in the farm file, else its address.
    public var name: String { host.name ?? host.address.description }

    /// A route straight to a host, or through others.
    ///
    /// - Parameter via: The route to the jump host; nil for none.
    public init(to host: SSHHop, via: SSHRoute? = nil) {
        hops = (via?.hops ?? []) + [host]
    }

    private init(_ hops: [SSHHop]) { self.hops = hops }

    /// `root@10.0.9.4:22`, or `root@10.0.9.4:22 via ops@gate:22`.
    public var description: String {
        guard hops.count > 1 else { return host.description }
        return "\(host) via \(hops.dropLast().map(\.description).joined(separator: ", "))"
    }
}

/// One host that is reached over SSH, and what it is to be shown and asked.
public struct SSHHop: Hashable, Sendable, CustomStringConvertible {
    /// Where its SSH server listens.
    public let address: Address
    /// Whom to log in as.
    public let user: String
    /// The keypair to log in with; nil for the agent's keys and the usual key files.
    public let keypair: Keypair?
    /// How its host key is judged.
    public let hostKeys: HostKeyPolicy
    /// What the farm file calls the host; nil for one that stands in none.
    public let name: String?

    /// The port of an SSH server that names none.
    public static let defaultPort: UInt16 = 22

    /// Describes a host.
    public init(
        address: Address, user: String, keypair: Keypair? = nil, hostKeys: HostKeyPolicy = .pin, name: String? = nil
    ) {
        self.address = address
        self.user = user
        self.keypair = keypair
        self.hostKeys = hostKeys
        self.name = name
    }

    /// `root@10.0.9.4:22`.
    public var description: String { "\(user)@\(address)" }
}

/// A private key by the name that the cloud knows it by.
public struct Keypair: Hashable, Sendable {
    /// The cloud's name for it, such as `KeyPair-farm`.
    public let name: String
    /// The file of the private key, as written: `~` stands for the home folder.
    public let path: String
    /// The name of the farm's secret that opens it; nil for a key without a passphrase, or one that ssh-agent holds.
    public let passphrase: String?

    /// Names a key.
    public init(name: String, path: String, passphrase: String? = nil) {
        self.name = name
        self.path = path
        self.passphrase = passphrase
    }
}

/// How the key is judged by which a host proves itself.
public enum HostKeyPolicy: String, Hashable, Sendable, CaseIterable {
    /// It must be known already.
    case strict
    /// The first one seen is kept, and must be the same from then on.
    case pin
    /// Nobody looks; the run says so.
    case off
}
