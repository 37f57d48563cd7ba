import JSON

/// BatchShowPhoneConnectInfos, ListCloudPhoneModels and ListCloudPhoneImages.
extension SimulatedCloud {
    func showConnections(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        guard let ids = try call.texts("phone_ids", orElse: 80), !ids.isEmpty else { throw .cps(9) }
        guard ids.count <= 10 else { throw .cps(190) }
        let types = ["ANDROID", "WINDOWS", "H5_MOBILE", "H5_PC", "IOS"]
        guard types.contains(try call.text("client_type", orElse: 116)) else { throw .parameter(116, "client_type") }
        var connections: [JSONValue] = []
        var errors: [JSONValue] = []
        for id in ids {
            let request = request(forPhone: id, .running)
            if let refusal = request.refusal {
                errors.append(request.json(["error_code": .text(refusal.code), "error_msg": .text(refusal.message)]))
                continue
            }
            connections.append(
                request.json([
                    "access_info": [
                        "access_ip": "127.0.0.1", "intranet_ip": "127.0.0.1", "access_ipv6": "", "access_port": 10_000,
                        "session_id": .text(makeID()), "timestamp": .text("\(seconds)000"), "ticket": .text(makeID()),
                    ]
                ]))
        }
        return CloudAnswer(["connect_infos": .array(connections), "errors": .array(errors)])
    }

    func listPhoneModels(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let status = try call.filter("status", orElse: 10)
        let found = CloudCatalog.phoneModels(options).filter { model in
            status.map { model["status"]?.integer == Int64($0) } ?? true
        }
        return CloudAnswer(["phone_models": .array(try call.page(found, most: 100))])
    }

    func listPhoneImages(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let type = call.head.parameter("image_type") ?? "all"
        guard ["public", "private", "share", "all"].contains(type) else { throw .parameter(116, "image_type") }
        var found = [(id: CloudCatalog.imageID, type: "public", json: CloudCatalog.publicImage)]
        found += images.filter { $0.status == .ready }.map { ($0.id, $0.type.rawValue, $0.listed) }
        let (part, next) = try call.page(
            found.filter { type == "all" || $0.type == type }, most: 500, usual: 500
        ) { $0.id }
        return CloudAnswer(["phone_images": .array(part.map(\.json)), "page_info": Self.pageInfo(next)])
    }
}
