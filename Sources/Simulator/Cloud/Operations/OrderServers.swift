import JSON
import Lanes

/// CreateNet2CloudPhoneServer and CreateCloudPhoneSingleServer: orders, of which servers come.
extension SimulatedCloud {
    func buyServers(_ call: CloudCall) async throws(CloudRefusal) -> CloudAnswer {
        let name = try Self.name(call.text("server_name", orElse: 87), orElse: 87)
        let model = try serverModel(call.body["server_model_name"])
        let body = ServerOrderBody(call.body)
        let count = try body.count()
        let terms = try body.terms("extend_param")
        let layout = try layout(of: call, on: model)
        let keypair = try keypair(of: call) ?? ""
        let zone = try zone(of: call) ?? CloudCatalog.zone
        return try await order(name, count, paysAtOnce: terms.paysAtOnce) { id, name in
            NewServer(
                id: id, name: name, model: model, layout: layout, keypair: keypair, zone: zone,
                chargingMode: terms.mode, enterpriseProjectID: terms.project)
        }
    }

    func buyBareServers(_ call: CloudCall) async throws(CloudRefusal) -> CloudAnswer {
        let name = try Self.name(call.text("server_name", orElse: 87), orElse: 87)
        let model = try serverModel(call.body["server_model_name"])
        let body = ServerOrderBody(call.body)
        let count = try body.count()
        let terms = try body.terms("order_param")
        try body.checkNetwork(hasVPC: false)
        try body.checkPublicAddress(typeIn: nil)
        try ServerOrderBody.checkBandwidth(call.body["public_ip"]?["band_width"])
        _ = try body.volume("data_volume", least: 1)
        if let disks = call.body["data_volume"]?.members {
            _ = try ServerOrderBody.optional(disks, "count", in: 1...100, orElse: 55)
        }
        guard let keypair = try keypair(of: call) else { throw .parameter(68, "keypair_name") }
        if let image = try ServerOrderBody.text(call.body, "image_id", orElse: 30) {
            guard (1...36).contains(image.utf8.count) else { throw .parameter(30, "image_id") }
        }
        let project = try ServerOrderBody.text(call.body, "enterprise_project_id", orElse: 55)
        let zone = try zone(of: call) ?? CloudCatalog.zone
        return try await order(name, count, paysAtOnce: terms.paysAtOnce) { id, name in
            NewServer(
                id: id, name: name, model: model, layout: nil, keypair: keypair, zone: zone,
                chargingMode: terms.mode, enterpriseProjectID: project ?? "0")
        }
    }

    // MARK: Reading

    func serverModel(_ value: JSONValue?) throws(CloudRefusal) -> String {
        guard let name = value?.text, !name.isEmpty else { throw .parameter(88, "server_model_name") }
        guard CloudCatalog.serverModels.contains(where: { $0.name == name }) else {
            throw .parameter(89, "server_model_name")
        }
        return name
    }

    /// A specification of phones that is sold and runs on that of a server.
    func phoneModel(_ value: JSONValue?, on server: String) throws(CloudRefusal) -> JSONValue {
        guard let name = value?.text, !name.isEmpty else { throw .parameter(27, "phone_model_name") }
        let found = CloudCatalog.phoneModels(options).first {
            $0["phone_model_name"]?.text == name && $0["server_model_name"]?.text == server
        }
        guard let found else { throw .parameter(28, "phone_model_name") }
        guard found["status"] == 1 else { throw .parameter(157, "phone_model_name") }
        return found
    }

    /// What phones a body wants on a server of a specification, everything about their network included.
    func layout(of call: CloudCall, on server: String) throws(CloudRefusal) -> NewPhones {
        let model = try phoneModel(call.body["phone_model_name"], on: server)
        guard let image = call.body["image_id"]?.text, !image.isEmpty else { throw .parameter(29, "image_id") }
        guard image.utf8.count <= 32 else { throw .parameter(30, "image_id") }
        guard isUsable(image: image) else { throw .cps(166) }
        let body = ServerOrderBody(call.body)
        try body.checkNetwork(hasVPC: true)
        try body.checkPublicAddress(typeIn: "eip")
        try body.checkBandwidth()
        try body.checkPorts()
        let capacity = Int(model["phone_capacity"]?.integer ?? 1)
        _ = try ServerOrderBody.optional(call.body, "phone_count_per_ip", in: 1...max(1, capacity), orElse: 55)
        let disk = try body.volume("phone_data_volume", least: 1)
        let shared = try body.volume("server_share_data_volume", least: 10)
        var properties: [String: String] = [:]
        if let text = try ServerOrderBody.text(call.body, "property", orElse: 78) {
            properties = try PhoneProperties(text, nil).service
        }
        return NewPhones(
            model: model["phone_model_name"]?.text ?? "", imageID: image, count: capacity,
            diskSize: disk ?? model["disk"]?.integer ?? 46, sharedSize: shared ?? Int64(options.sharedBytes >> 30),
            properties: properties)
    }

    /// The key pair that a body names; nil when it names none.
    func keypair(of call: CloudCall) throws(CloudRefusal) -> String? {
        guard let name = try ServerOrderBody.text(call.body, "keypair_name", orElse: 68) else { return nil }
        guard options.keypairs.contains(name) else { throw .cps(67) }
        return name
    }

    /// The place that a body names; nil when it names none.
    ///
    /// - Throws: The refusal for want of capacity, where nothing is sold.
    func zone(of call: CloudCall) throws(CloudRefusal) -> String? {
        let zone = try ServerOrderBody.text(call.body, "availability_zone", orElse: 66)
        guard zone == nil || zone == CloudCatalog.zone else { throw .cps(66) }
        return zone
    }
}
