import JSON

/// ListCloudPhoneServers and ShowCloudPhoneServerDetail.
extension SimulatedCloud {
    func listServers(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let status = try call.filter("status", orElse: 10)
        let since = try call.filter("create_since", orElse: 174)
        let until = try call.filter("create_until", orElse: 174)
        let found = servers.filter { server in
            (call.head.parameter("server_name").map { server.name.contains($0) } ?? true)
                && (call.head.parameter("server_id").map { server.id == $0 } ?? true)
                && (call.head.parameter("network_version").map { server.networkVersion == $0 } ?? true)
                && (call.head.parameter("phone_model_name").map { server.phoneModel == $0 } ?? true)
                && (since.map { server.created * 1000 >= $0 } ?? true)
                && (until.map { server.created * 1000 <= $0 } ?? true)
                && (status.map { server.status == $0 } ?? true)
        }.sorted { $0.created > $1.created }
        let part = try call.page(found, most: 100)
        return CloudAnswer([
            "count": .integer(Int64(found.count)), "servers": .array(part.map { .object(json(of: $0)) }),
        ])
    }

    func showServer(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let server = try server(call.path["server_id"])
        var fields = json(of: server)
        fields["band_widths"] = [.object(bandwidth(of: server))]
        fields["volumes"] = [
            [
                "volume_name": .text("\(server.name)-volume"), "volume_id": .text(server.bandwidthID),
                "volume_size": 1024, "volume_type": "SSD", "create_time": .text(CloudTime.text(server.created)),
                "update_time": .text(CloudTime.text(server.updated)),
            ]
        ]
        if options.hasSharedStorage, server.phoneModel != nil {
            fields["share_volume_info"] = [
                "volume_type": "SSD", "size": .integer(server.sharedSize), "version": 1,
            ]
        }
        fields["security_groups"] = [.text(Self.id(options.seed, "group", 0))]
        return CloudAnswer(fields)
    }

    /// What both tell of a server (Cloud Phone API, nested objects).
    private func json(of server: CloudServer) -> [String: JSONValue] {
        let publicHost = JSONValue.text(options.publicHost ?? "")
        let address: JSONValue = [
            "intranet_ip": "127.0.0.1", "access_ip": publicHost, "server_ip": "127.0.0.1", "public_ip": publicHost,
        ]
        return [
            "server_name": .text(server.name), "availability_zone": .text(server.zone),
            "server_id": .text(server.id), "server_model_name": .text(server.model),
            "phone_model_name": .text(server.phoneModel ?? ""), "keypair_name": .text(server.keypair),
            "status": .integer(Int64(server.status)), "vpc_id": .text(Self.id(options.seed, "vpc", 0)),
            "cidr": .text(CloudCatalog.subnet), "vpc_cidr": .text(CloudCatalog.vpc),
            "subnet_id": .text(Self.id(options.seed, "subnet", 0)), "subnet_cidr": .text(CloudCatalog.subnet),
            "addresses": [address], "resource_project_id": .text(options.projectID),
            "metadata": [
                "product_id": .text(Self.id(options.seed, "product", 0)),
                "order_id": .text(server.orderID), "charging_mode": .integer(Int64(server.chargingMode)),
            ],
            "network_version": .text(server.networkVersion),
            "enterprise_project_id": .text(server.enterpriseProjectID),
            "create_time": .text(CloudTime.text(server.created)), "update_time": .text(CloudTime.text(server.updated)),
        ]
    }
}
