/// Where the ADB port of a cloud phone is, as its cloud tells it (Cloud Phone API, ADB to the phone).
public struct CloudADBAddress: Hashable, Sendable {
    /// The phone's own address, which its server sees; nil when the cloud tells none.
    public let phone: Address?
    /// The address at the server inside its network; nil when the cloud tells none.
    public let network: Address?
    /// The server's public address; nil for a server without.
    public let publicHost: String?
    /// Whom to log in as over SSH at the server: the project's id, of which the server takes 32 characters.
    public let user: String

    /// The most characters of a project's id that make a user's name.
    private static let longestUser = 32

    /// Collects what a cloud tells.
    ///
    /// - Parameter project: The id of the project.
    public init(phone: Address?, network: Address?, publicHost: String?, project: String) {
        self.phone = phone
        self.network = network
        self.publicHost = publicHost
        user = String(project.prefix(Self.longestUser))
    }

    /// The way to the phone.
    ///
    /// - Parameters:
    ///   - access: How ADB reaches the phones of the server.
    ///   - server: What the farm calls the server.
    /// - Throws: ``PhoneError`` with the code `unsupported` when the cloud tells too little for it.
    public func way(by access: CloudServer.ADBAccess, of server: String) throws(PhoneError) -> WayIn {
        switch access {
        case .direct:
            guard let network else { throw Self.withoutPort(of: server) }
            return .tcp(network)
        case .ssh:
            guard let route = Self.route(to: server, by: access, at: publicHost, as: user) else {
                throw PhoneError(
                    .unsupported, operation: "find the way to the phones of \(server)",
                    reason: "the server has no public address",
                    advice: "bind a public address (EIP) to it, or write `via: direct` inside its network",
                    mayHaveBeenSent: false, isHosts: true)
            }
            guard let phone else { throw Self.withoutPort(of: server) }
            return .ssh(route, phone)
        }
    }

    /// The way over SSH to a server of a cloud; nil for one without a public address, and where ADB does not go over SSH.
    public static func route(
        to server: String, by access: CloudServer.ADBAccess?, at publicHost: String?, as user: String
    ) -> SSHRoute? {
        guard case .ssh(let keypair, let port) = access, let publicHost else { return nil }
        // What a service tells is read as strictly as what people write.
        let text = publicHost.contains(":") ? "[\(publicHost)]:\(port)" : "\(publicHost):\(port)"
        guard let address = try? Address(parsing: text) else { return nil }
        return SSHRoute(
            to: SSHHop(
                address: address, user: String(user.prefix(longestUser)),
                keypair: keypair, hostKeys: .pin, name: server))
    }

    private static func withoutPort(of server: String) -> PhoneError {
        PhoneError(
            .unsupported, operation: "find the ADB port of a phone of \(server)", reason: "the cloud tells none",
            advice: "open the port `adb` of the phone in its cloud", mayHaveBeenSent: false)
    }
}
