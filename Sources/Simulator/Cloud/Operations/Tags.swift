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
        let name = try Self.wantedName(call)
        if let flag = call.body["without_any_tag"], flag != .null, flag.flag == nil {
            throw .parameter(2, "without_any_tag")
        }
        let found = servers.filter { server in
            (call.body["without_any_tag"]?.flag != true || server.tags.isEmpty)
                && (name.map { $0 == server.name } ?? true)
                && wanted.allSatisfy { tag in
                    server.tags[tag.key].map { tag.values.isEmpty || tag.values.contains($0) } ?? false
                }
        }
        let total: [String: JSONValue] = ["total_count": .integer(Int64(found.count))]
        guard action == "filter" else { return CloudAnswer(total, tellsRequest: false) }
        let offset = try Self.pageNumber(call, "offset", default: 0, in: 0...Int(Int32.max))
        let limit = try Self.pageNumber(call, "limit", default: 1000, in: 1...1000)
        let resources = found.dropFirst(offset).prefix(limit).map { server -> JSONValue in
            [
                "resource_id": .text(server.id), "resource_name": .text(server.name), "resource_detail": "",
                "tags": Self.json(of: server.tags),
            ]
        }
        return CloudAnswer(total.merging(["resources": .array(resources)]) { $1 }, tellsRequest: false)
    }

    private static func wantedTags(_ call: CloudCall) throws(CloudRefusal) -> [(key: String, values: [String])] {
        guard let value = call.body["tags"], value != .null else { return [] }
        guard let entries = value.elements, entries.count <= 10 else { throw .parameter(2, "tags") }
        var wanted: [(key: String, values: [String])] = []
        for entry in entries {
            guard let key = entry["key"]?.text, !key.isEmpty, !wanted.contains(where: { $0.key == key }),
                let values = entry["values"]?.elements, values.count <= 10, Set(values).count == values.count
            else { throw .parameter(2, "tags") }
            let texts = values.compactMap(\.text)
            guard texts.count == values.count else { throw .parameter(2, "values") }
            wanted.append((key, texts))
        }
        return wanted
    }

    /// The exact name that `matches` wants; nil when it wants none.
    private static func wantedName(_ call: CloudCall) throws(CloudRefusal) -> String? {
        guard let value = call.body["matches"], value != .null else { return nil }
        guard let entries = value.elements, entries.allSatisfy({ $0["key"]?.text == "resource_name" }) else {
            throw .parameter(2, "matches")
        }
        guard let entry = entries.first else { return nil }
        guard let name = entry["value"]?.text else { throw .parameter(2, "matches") }
        return name
    }

    /// A number in a text, unlike everywhere else.
    private static func pageNumber(
        _ call: CloudCall, _ name: String, default usual: Int, in range: ClosedRange<Int>
    ) throws(CloudRefusal) -> Int {
        guard let value = call.body[name], value != .null else { return usual }
        guard let number = value.text.flatMap({ Int($0) }), range.contains(number) else { throw .parameter(2, name) }
        return number
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
