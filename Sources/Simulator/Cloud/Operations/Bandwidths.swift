import JSON

/// ShowBandwidthDetail and UpdateBandwidth: only on the system-defined network.
extension SimulatedCloud {
    func bandwidth(of server: CloudServer) -> [String: JSONValue] {
        [
            "band_width_name": .text("\(server.name)-bandwidth"), "band_width_id": .text(server.bandwidthID),
            "band_width_size": .integer(Int64(server.bandwidth)), "band_width_charge_mode": 0,
            "band_width_share_type": 1, "create_time": .text(CloudTime.text(server.created)),
            "update_time": .text(CloudTime.text(server.updated)),
        ]
    }

    func showBandwidths(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let all = servers.filter { $0.networkVersion == "v1" }
        let part = try call.page(all, most: 100)
        return CloudAnswer(["band_widths": .array(part.map { .object(bandwidth(of: $0)) })])
    }

    func updateBandwidth(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        guard let id = call.path["band_width_id"], Self.isID(id) else { throw .parameter(33, "band_width_id") }
        guard let server = servers.first(where: { $0.bandwidthID == id }) else { throw .cps(115) }
        guard server.networkVersion == "v1" else { throw .cps(160) }
        guard let size = call.body["band_width_size"]?.integer, Self.isStep(size) else {
            throw .parameter(36, "band_width_size")
        }
        server.bandwidth = Int(size)
        server.updated = seconds
        return CloudAnswer(["error_code": .null, "error_msg": .null])
    }

    /// Steps of 1 Mbit/s up to 300, of 50 up to 1,000, and of 500 above.
    private static func isStep(_ size: Int64) -> Bool {
        switch size {
        case 1...300: true
        case 301...1000: size % 50 == 0
        case 1001...100_000: size % 500 == 0
        default: false
        }
    }
}
