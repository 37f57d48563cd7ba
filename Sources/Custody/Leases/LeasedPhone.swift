public import Farm

/// A phone as the lease book knows it: by what it is reached through, since every farm file has names of its own.
public struct LeasedPhone: Hashable, Sendable {
    /// What the run's farm file calls it, for people.
    public let name: String
    /// What nobody else may use meanwhile: each way in as a text.
    public let keys: [String]

    /// Names a phone.
    public init(name: String, keys: [String]) {
        self.name = name
        self.keys = keys
    }

    /// A phone of a farm.
    public init(_ phone: Phone) {
        // A phone of a cloud is the same by all ways that its cloud knows.
        var seen: Set<String> = []
        self.init(name: phone.name, keys: phone.waysIn.map(Self.key).filter { seen.insert($0).inserted })
    }

    /// What tells a host from others, whoever logs in there.
    private static func place(_ route: SSHRoute) -> String {
        route.hops.map { $0.address.description.lowercased() }.joined(separator: "/")
    }

    private static func key(_ way: WayIn) -> String {
        switch way {
        case .tcp(let address): "tcp:\(address.description.lowercased())"
        case .ssh(let route, let address): "ssh:\(place(route))/\(address.description.lowercased())"
        case .server(let address, let serial, let usbPath, nil):
            "server:\(address.description.lowercased()):\(usbPath ?? serial ?? "")"
        case .server(let address, let serial, let usbPath, let route?):
            "server:\(place(route))/\(address.description.lowercased()):\(usbPath ?? serial ?? "")"
        // Ids are the cloud's own, whatever the farm file calls the account.
        case .cloud(let place), .cloudADB(let place, _): "cloud:\(place.phone)"
        }
    }
}

/// A phone that somebody else holds.
public struct HeldPhone: Hashable, Sendable {
    /// The name that the asking run has for it.
    public let name: String
    /// Who holds it.
    public let holder: LeaseHolder
    /// Since when, in milliseconds since 1970.
    public let since: Int64
    /// Until when, unless it is renewed.
    public let until: Int64

    /// Describes a phone that is held.
    public init(name: String, holder: LeaseHolder, since: Int64, until: Int64) {
        self.name = name
        self.holder = holder
        self.since = since
        self.until = until
    }
}
