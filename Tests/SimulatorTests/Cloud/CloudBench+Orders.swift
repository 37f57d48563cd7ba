import JSON

@testable import Simulator

/// Bodies that buy and change servers.
extension CloudBench {
    /// What phones a server gets.
    static func layout(_ change: [String: JSONValue] = [:]) -> JSONValue {
        let usual: [String: JSONValue] = [
            "phone_model_name": .text(CloudCatalog.phoneModel), "image_id": .text(CloudCatalog.imageID),
            "keypair_name": "farm-key", "tenant_vpc_id": "3f1c6a52-0000-4000-8000-000000000001",
            "nics": [["subnet_id": "3f1c6a52-0000-4000-8000-000000000002"]],
            "public_ip": ["eip": ["type": "5_bgp"], "count": 1],
            "band_width": ["band_width_size": 100, "band_width_charge_mode": 0, "band_width_share_type": 0],
        ]
        return .object(usual.merging(change) { $1 })
    }

    /// An order of a server with phones.
    static func order(_ change: [String: JSONValue] = [:]) -> JSONValue {
        let usual: [String: JSONValue] = [
            "server_name": "bought", "server_model_name": .text(CloudCatalog.serverModel), "count": 1,
            "extend_param": ["charging_mode": 1, "period_type": 2, "period_num": 1],
        ]
        return layout(usual.merging(change) { $1 })
    }

    /// An order of a server without phones.
    static func bareOrder(_ change: [String: JSONValue] = [:]) -> JSONValue {
        let usual: [String: JSONValue] = [
            "server_name": "bare", "server_model_name": .text(CloudCatalog.serverModel), "count": 1,
            "order_param": ["charging_mode": 0, "period_type": 3, "period_num": 1],
            "nics": [["subnet_id": "3f1c6a52-0000-4000-8000-000000000002"]],
            "public_ip": [
                "count": 0,
                "band_width": [
                    "band_width_id": "b", "band_width_charge_mode": 1, "band_width_share_type": 1,
                ],
            ],
            "keypair_name": "farm-key",
        ]
        return .object(usual.merging(change) { $1 })
    }

    /// Buys servers, and waits until they are made.
    func buy(_ change: [String: JSONValue] = [:]) async throws -> [String] {
        let answer = try await ask("POST", "/v2/\(cloud.options.projectID)/cloud-phone/servers", Self.order(change))
        await cloud.finishJobs()
        return (answer.json["server_ids"]?.elements ?? []).compactMap(\.text)
    }

    /// A time of the cloud so many seconds ahead.
    func time(in seconds: Int64) async -> String { CloudTime.text(await cloud.seconds + seconds) }
}
