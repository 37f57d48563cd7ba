import JSON
import Lanes

/// ListCloudPhones and ShowCloudPhoneDetail.
extension SimulatedCloud {
    func listPhones(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let status = try call.filter("status", orElse: 10)
        let type = try call.filter("type", orElse: 116)
        let name = call.head.parameter("phone_name")
        let server = call.head.parameter("server_id")
        let found = phones.reversed().filter { phone in
            (name.map { phone.name.contains($0) } ?? true) && (server.map { phone.server.id == $0 } ?? true)
                && (status.map { phone.shownStatus.rawValue == $0 } ?? true) && (type.map { $0 == 0 } ?? true)
        }
        let part = try call.page(found, most: 200, usual: 100)
        return CloudAnswer([
            "count": .integer(Int64(found.count)), "phones": .array(part.map { .object(json(of: $0)) }),
        ])
    }

    func showPhone(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let phone = try phone(named: call.path["phone_id"])
        var fields = json(of: phone)
        let port = Int64(phone.phone.address?.port ?? 0)
        let isOnLoopback = options.seesPhonesOnLoopback
        let inside = JSONValue.text(isOnLoopback ? "127.0.0.1" : phone.address)
        let adb: JSONValue = [
            "type": "adb", "device_ip": inside, "phone_ip": inside,
            "listen_port": .integer(isOnLoopback ? port : 5555), "access_ip": "", "public_ip": "",
            "intranet_ip": "127.0.0.1", "server_ip": "127.0.0.1", "access_port": .integer(port), "phone_ipv6": "",
            "server_ipv6": "",
        ]
        fields["access_infos"] = .array(options.tellsADB ? [adb] : [])
        let properties = JSONValue.object(phone.properties.mapValues { .text($0) })
        fields["property"] = .text(String(decoding: properties.bytes, as: UTF8.self))
        fields["custom_property"] = .object(phone.ownProperties.mapValues { .text($0) })
        fields["phone_data_volume"] = ["volume_type": "SSD", "volume_size": .integer(phone.diskSize)]
        return CloudAnswer(fields)
    }

    /// What both tell of a phone (Cloud Phone API, nested objects).
    private func json(of phone: CloudPhone) -> [String: JSONValue] {
        [
            "phone_name": .text(phone.name), "server_id": .text(phone.server.id), "phone_id": .text(phone.id),
            "phone_model_name": .text(phone.server.phoneModel ?? ""),
            "image_id": .text(phone.imageID),
            "image_version": .text(CloudCatalog.imageVersion), "vnc_enable": "false",
            "status": .integer(Int64(phone.shownStatus.rawValue)), "type": 0,
            "imei": .text("86" + String(SplitMix.hash(phone.id) % 10_000_000_000_000).leftPadded(to: 13, with: "0")),
            "traffic_type": .text(phone.traffic), "volume_mode": 0, "availability_zone": .text(phone.server.zone),
            "metadata": [
                "order_id": .text(phone.server.orderID),
                "product_id": .text(Self.id(options.seed, "product", 0)),
            ],
            "has_encrypt": false, "create_time": .text(CloudTime.text(phone.created)),
            "update_time": .text(CloudTime.text(phone.updated)),
        ]
    }
}
