public import JSON

/// Resizes a shared bandwidth on the system's network, which costs money.
public struct UpdateBandwidthOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = CheckedAnswer

    /// What it sends and gets (Cloud Phone API, UpdateBandwidth).
    public static let shape = OperationShape(
        "UpdateBandwidth", .put, "/v1/{project_id}/cloud-phone/bandwidths/{band_width_id}",
        body: [.integer("band_width_size").ruled(.bandwidth).required], answer: Self.answer, hazard: .money,
        permission: .action("cph:bandwidths:put"))

    /// The bandwidth.
    public var bandwidthID: String
    /// Mbit/s: any up to 300, by 50 up to 1,000, by 500 above.
    public var size: Int

    /// Names what is wanted.
    public init(bandwidthID: String, size: Int) {
        self.bandwidthID = bandwidthID
        self.size = size
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["band_width_id": bandwidthID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["band_width_size": .integer(Int64(size))]
    }
}
