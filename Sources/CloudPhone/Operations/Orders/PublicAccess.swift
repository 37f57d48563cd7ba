import JSON

/// The bandwidth of servers that are bought (Cloud Phone API, nested objects).
public enum BandwidthWish: Hashable, Sendable {
    /// One of its own, of so many Mbit/s.
    case own(size: Int, isPaidByTraffic: Bool = false)
    /// A shared one.
    case shared(id: String, isPaidByTraffic: Bool = false)

    static let fields: [OperationField] = [
        .text("band_width_id").ruled(nil, "of a shared one"),
        .integer("band_width_size").ruled(.range(1...100_000), "Mbit/s of one of its own"),
        .integer("band_width_charge_mode").ruled(.numbers([0, 1]), "0 by bandwidth, 1 by traffic").required,
        .integer("band_width_share_type").ruled(.numbers([0, 1]), "0 its own, 1 shared").required,
    ]

    var body: JSONValue {
        switch self {
        case .own(let size, let isPaidByTraffic):
            [
                "band_width_size": .integer(Int64(size)), "band_width_charge_mode": isPaidByTraffic ? 1 : 0,
                "band_width_share_type": 0,
            ]
        case .shared(let id, let isPaidByTraffic):
            [
                "band_width_id": .text(id), "band_width_charge_mode": isPaidByTraffic ? 1 : 0,
                "band_width_share_type": 1,
            ]
        }
    }

    /// One of its own needs a size, and a shared one is named.
    static func check(_ bandwidth: JSONValue?) throws(CheckFault) {
        let isShared = bandwidth?["band_width_share_type"]?.integer == 1
        let needed = isShared ? "band_width_id" : "band_width_size"
        guard bandwidth?[needed] == nil else { return }
        throw CheckFault("a bandwidth \(isShared ? "that is shared" : "of its own") needs \(needed)")
    }
}

/// The public addresses of servers that are bought (Cloud Phone API, nested objects).
public enum PublicAddressWish: Hashable, Sendable {
    /// None.
    case none
    /// One that is there; the service takes one id only.
    case existing(id: String)
    /// New ones, of a type such as `5_bgp`.
    case new(type: String, count: Int = 1)

    private static let types = ["5_telcom", "5_union", "5_bgp", "5_sbgp"]
    static let fields: [OperationField] = [
        .texts("ids").ruled(.count(0...1, of: "addresses"), "one that is there"),
        .object("eip", [.text("type").ruled(.oneOf(types)).required]),
        .integer("count").ruled(.range(0...1000), "0 for none"),
    ]
    static let bareFields: [OperationField] = [
        .texts("ids").ruled(.count(0...1, of: "addresses"), "one that is there"), .text("type").ruled(.oneOf(types)),
        .integer("count").ruled(.range(0...1)), .object("band_width", BandwidthWish.fields).required,
    ]

    var body: JSONValue { .object(members { ["eip": ["type": .text($0)]] }) }

    func bareBody(_ bandwidth: BandwidthWish) -> JSONValue {
        .object(members { ["type": .text($0)] }.merging(["band_width": bandwidth.body]) { $1 })
    }

    private func members(_ type: (String) -> [String: JSONValue]) -> [String: JSONValue] {
        switch self {
        case .none: ["count": 0]
        case .existing(let id): ["ids": [.text(id)]]
        case .new(let name, let count): type(name).merging(["count": .integer(Int64(count))]) { $1 }
        }
    }
}
