/// An encode service that a server of a cloud shows (Cloud Phone API, encode services).
public struct DiscoveredEncoder: Hashable, Sendable {
    /// The name of the server, as the farm calls it.
    public let server: String
    /// What its cloud calls it.
    public let name: String
    /// The cloud's own id.
    public let id: String
    /// Its address inside the server; nil when the cloud tells none.
    public let address: String?
    /// How it is reached over SSH; nil where it can only be restarted.
    public let route: SSHRoute?

    /// The label that all encode services of a cloud carry.
    public static let label = "encode"

    /// Describes one encode service.
    public init(server: String, name: String, id: String, address: String?, route: SSHRoute? = nil) {
        self.server = server
        self.name = name
        self.id = id
        self.address = address
        self.route = route
    }
}

extension Inventory {
    /// This farm with the encode services that its servers show, called `SERVER/NAME`.
    ///
    /// One that stands in the farm file already, with the same server and the same address or name, keeps what the file
    /// says.
    ///
    /// - Throws: ``FarmError/Code/unknownName`` for a server that the farm does not have.
    public func adding(encoders found: [DiscoveredEncoder]) throws(FarmError) -> Inventory {
        guard !found.isEmpty else { return self }
        var encoders = self.encoders
        var taken = Set(names.all)
        let labels = isName(DiscoveredEncoder.label) ? [] : [DiscoveredEncoder.label]
        for service in found where !self.encoders.contains(where: { $0.isSame(as: service) }) {
            let name = "\(service.server)/\(FarmName.sanitized(service.name.isEmpty ? service.id : service.name))"
            var free = name
            var number = 2
            while !taken.insert(free).inserted {
                free = "\(name)#\(number)"
                number += 1
            }
            encoders.append(Encoder(name: free, route: service.route, labels: labels, server: service.server))
        }
        return try Inventory(
            phones: phones, servers: servers, encoders: encoders, groups: groups, accounts: accounts, limits: limits,
            variables: variables, phoneLeaseLife: phoneLeaseLife
        ).adding(health: health)
    }
}

extension Encoder {
    /// Whether the farm file means this encode service.
    fileprivate func isSame(as found: DiscoveredEncoder) -> Bool {
        guard server == found.server else { return false }
        if name == found.name || name == "\(found.server)/\(found.name)" { return true }
        guard let address = found.address, let host = route?.host.address.host else { return false }
        return host == address
    }
}
