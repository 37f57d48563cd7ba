import JSON

/// ListProjectTags, ListResourceTags, ListResourceInstances, BatchCreateTags and BatchDeleteTags.
extension SimulatedCloud {
    private static func checkType(_ call: CloudCall) throws(CloudRefusal) {
        guard call.path["resource_type"] == "cph-server" else { throw .parameter(116, "resource_type") }
    }

    func listProjectTags(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        try Self.checkType(call)
        var values: [String: Set<String>] = [:]
        for server in servers {
            for tag in server.tags { values[tag.key, default: []].insert(tag.value) }
        }
        let all = values.sorted { $0.key < $1.key }.map { tag -> JSONValue in
            ["key": .text(tag.key), "values": .array(tag.value.sorted().map { .text($0) })]
        }
        let part = try call.page(all, most: 100)
        return CloudAnswer(
            ["tags": .array(part), "total_count": .integer(Int64(all.count))], tellsRequest: false)
    }

    func listServerTags(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        try Self.checkType(call)
        let server = try server(call.path["resource_id"])
        return CloudAnswer(["tags": Self.json(of: server.tags)], tellsRequest: false)
    }

    private static func json(of tags: [String: String]) -> JSONValue {
        .array(tags.sorted { $0.key < $1.key }.map { ["key": .text($0.key), "value": .text($0.value)] })
    }

    func findTagged(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        try Self.checkType(call)
        let action = try call.text("action", orElse: 47)
        guard action == "filter" || action == "count" else { throw .parameter(47, "action") }
        let wanted = try Self.wantedTags(call)
        let name = call.body["matches"]?.elements?.first { $0["key"]?.text == "resource_name" }?["value"]?.text
        let found = servers.filter { server in
            (call.body["without_any_tag"]?.flag != true || server.tags.isEmpty)
                && (name.map { $0 == server.name } ?? true)
                && wanted.allSatisfy { tag in
                    server.tags[tag.key].map { tag.values.isEmpty || tag.values.contains($0) } ?? false
                }
        }
        let total: [String: JSONValue] = ["total_count": .integer(Int64(found.count))]
        guard action == "filter" else { return CloudAnswer(total, tellsRequest: false) }
        // Both are texts here, unlike everywhere else.
        let offset = Int(call.body["offset"]?.text ?? "0")
        let limit = Int(call.body["limit"]?.text ?? "1000")
        guard let offset, let limit, offset >= 0, (1...1000).contains(limit) else { throw .cps(2) }
        let resources = found.dropFirst(offset).prefix(limit).map { server -> JSONValue in
            [
                "resource_id": .text(server.id), "resource_name": .text(server.name), "resource_detail": "",
                "tags": Self.json(of: server.tags),
            ]
        }
        return CloudAnswer(total.merging(["resources": .array(resources)]) { $1 }, tellsRequest: false)
    }

    private static func wantedTags(_ call: CloudCall) throws(CloudRefusal) -> [(key: String, values: [String])] {
        let entries = call.body["tags"]?.elements ?? []
        guard entries.count <= 10 else { throw .parameter(2, "tags") }
        var wanted: [(key: String, values: [String])] = []
        for entry in entries {
            guard let key = entry["key"]?.text, let values = entry["values"]?.elements, values.count <= 10 else {
                throw .parameter(2, "tags")
            }
            wanted.append((key, values.compactMap(\.text)))
        }
        return wanted
    }

    func createTags(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let (server, tags) = try changedTags(call)
        for tag in tags { server.tags[tag.key] = tag.value }
        return .nothing
    }

    func deleteTags(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let (server, tags) = try changedTags(call)
        for tag in tags { server.tags[tag.key] = nil }
        return .nothing
    }

    private func changedTags(
        _ call: CloudCall
    ) throws(CloudRefusal) -> (CloudServer, [(key: String, value: String)]) {
        try Self.checkType(call)
        let server = try server(call.path["resource_id"])
        var tags: [(key: String, value: String)] = []
        for entry in try call.objects("tags", orElse: 2) {
            guard let key = entry["key"]?.text, (1...127).contains(key.count) else { throw .parameter(2, "key") }
            let value = entry["value"]?.text ?? ""
            guard value.count <= 255 else { throw .parameter(2, "value") }
            tags.append((key, value))
        }
        return (server, tags)
    }
}
