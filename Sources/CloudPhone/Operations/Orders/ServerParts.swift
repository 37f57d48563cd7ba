import JSON

/// A port of phones that the service forwards (Cloud Phone API, nested objects).
public struct PhonePort: Hashable, Sendable {
    /// Its name, at most 16 bytes; `adb` and `vnc` are the service's own.
    public var name: String
    /// The port in the phone, 10000 to 50000.
    public var listenPort: Int
    /// Whether the server's public address has it, too.
    public var isPublic: Bool

    /// Names a port.
    public init(name: String, listenPort: Int, isPublic: Bool = false) {
        self.name = name
        self.listenPort = listenPort
        self.isPublic = isPublic
    }

    static let fields: [OperationField] = [
        .text("name").ruled(.bytes(1...16, of: "the name of a port")).required,
        .integer("listen_port").ruled(.range(10_000...50_000)).required,
        .text("internet_accessible").ruled(nil, "true for the public address").required,
    ]

    var body: JSONValue {
        [
            "name": .text(name), "listen_port": .integer(Int64(listenPort)),
            "internet_accessible": .text(isPublic ? "true" : "false"),
        ]
    }

    static func check(_ ports: JSONValue?) throws(CheckFault) {
        let ports = ports?.elements ?? []
        let names = ports.compactMap { $0["name"]?.text }
        if let own = names.first(where: { ["adb", "vnc"].contains($0) }) {
            throw CheckFault("the port name \(own) is the service's own")
        }
        guard Set(names).count == ports.count, Set(ports.map { $0["listen_port"] }).count == ports.count else {
            throw CheckFault("two ports have the same name or number")
        }
    }
}

/// A network card of a server (Cloud Phone API, nested objects).
public struct ServerNIC: Hashable, Sendable {
    /// The subnet of the user's own network.
    public var subnetID: String
    /// Whether it speaks IPv6.
    public var hasIPv6: Bool?
    /// The shared bandwidth of IPv6.
    public var ipv6BandwidthID: String?

    /// Names a card.
    public init(subnetID: String, hasIPv6: Bool? = nil, ipv6BandwidthID: String? = nil) {
        self.subnetID = subnetID
        self.hasIPv6 = hasIPv6
        self.ipv6BandwidthID = ipv6BandwidthID
    }

    private static let subnet = OperationField.text("subnet_id").ruled(.token(of: "subnet")).required
    static let fields: [OperationField] = [
        subnet, .boolean("ipv6_enable"), .object("ipv6_bandwidth", [.text("band_width_id").required]),
    ]
    static let bareFields: [OperationField] = [subnet, .boolean("ipv6_enable"), .text("ipv6_band_width_id")]

    var body: JSONValue { body(bandwidth: "ipv6_bandwidth") { ["band_width_id": .text($0)] } }
    var bareBody: JSONValue { body(bandwidth: "ipv6_band_width_id") { .text($0) } }

    private func body(bandwidth: String, _ value: (String) -> JSONValue) -> JSONValue {
        var members: [String: JSONValue] = ["subnet_id": .text(subnetID)]
        members["ipv6_enable"] = hasIPv6.map(JSONValue.boolean)
        members[bandwidth] = ipv6BandwidthID.map(value)
        return .object(members)
    }
}

/// A disk that is bought (Cloud Phone API, nested objects).
public struct VolumeWish: Hashable, Sendable {
    /// `SSD` or `GPSSD`.
    public var type: String
    /// Its size in GiB, at most 32,768.
    public var size: Int

    /// Names a disk.
    public init(type: String = "SSD", size: Int) {
        self.type = type
        self.size = size
    }

    static func fields(least: Int) -> [OperationField] {
        [
            .text("volume_type").ruled(.oneOf(["SSD", "GPSSD"])).required,
            .integer("size").ruled(.range(least...32_768), "GiB").required,
        ]
    }

    var members: [String: JSONValue] { ["volume_type": .text(type), "size": .integer(Int64(size))] }
}
