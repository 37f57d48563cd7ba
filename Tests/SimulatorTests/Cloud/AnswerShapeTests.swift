import DroverTesting
import JSON
import Lanes
import Testing

@testable import Simulator

/// The answers that the official SDK declares, by operation.
private struct AnswerShapes {
    private let rows: [String: JSONValue]

    init() throws {
        let table = try #require(JSONValue(parsing: Fixture.bytes("cloud/operations.json"))?.elements)
        rows = Dictionary(table.compactMap { row in row["name"]?.text.map { ($0, row) } }) { $1 }
    }

    /// What in an answer is not as the table has it: other fields, other types, fields that are missing.
    func problems(of operation: String, _ answer: JSONValue) -> [String] {
        guard let row = rows[operation], let fields = row["response"]?.members else {
            return ["\(operation) is unknown"]
        }
        return problems(answer, fields, row["models"]?.members ?? [:], operation)
    }

    private func problems(
        _ value: JSONValue, _ fields: [String: JSONValue], _ models: [String: JSONValue], _ place: String
    ) -> [String] {
        guard let members = value.members else { return ["\(place) is no mapping"] }
        let unknown = members.keys.filter { fields[$0] == nil }.map { "\(place).\($0) is not declared" }
        let missing = fields.keys.filter { members[$0] == nil && !Self.optional.contains($0) }
        return unknown + missing.map { "\(place).\($0) is missing" }
            + members.flatMap { name, inner in
                problems(inner, type: fields[name]?.text ?? "", models, "\(place).\(name)")
            }
    }

    /// What is told only sometimes.
    private static let optional: Set<String> = [
        "error_code", "error_msg", "job_id", "execute_msg", "phone_id", "server_id", "encode_server_id", "node_id",
        "begin_time", "end_time", "resources", "share_volume_info", "src_project_id", "project_id",
    ]

    private func problems(
        _ value: JSONValue, type: String, _ models: [String: JSONValue], _ place: String
    ) -> [String] {
        if value == .null { return [] }
        if type.hasPrefix("array<") {
            guard let elements = value.elements else { return ["\(place) is no list"] }
            let inner = String(type.dropFirst(6).dropLast())
            return elements.flatMap { problems($0, type: inner, models, "\(place)[]") }
        }
        let isRight: Bool
        switch type {
        case "string": isRight = value.text != nil
        case "integer": isRight = value.integer != nil
        case "boolean": isRight = value.flag != nil
        case "map<string,string>": isRight = value.members?.values.allSatisfy { $0.text != nil } ?? false
        default: return problems(value, models[type]?.members ?? [:], models, place)
        }
        return isRight ? [] : ["\(place) is no \(type)"]
    }
}

@Suite("The simulated cloud's answers", .timeLimit(.minutes(2))) struct AnswerShapeTests {
    @Test("they have the fields of the SDK, with their types") func shapes() async throws {
        let shapes = try AnswerShapes()
        try await CloudBench.run {
            $0.encoderAddress = .loopback(port: 2222)
            $0.isPaidByUse = true
            $0.creation = .zero
        } _: { bench async throws in
            var problems: [String] = []
            var asked: [String] = []
            for (operation, method, path, body) in try await Self.calls(bench) + Self.orders(bench) {
                let answer = try await bench.ask(method, path, body)
                await bench.cloud.finishJobs()
                asked.append(operation)
                if answer.status == 204 { continue }
                problems += answer.status == 200 ? [] : ["\(operation) is answered with \(answer.json)"]
                problems += shapes.problems(of: operation, answer.json)
            }
            #expect(problems == [])
            #expect(Set(asked).count == 59)
            #expect(Set(bench.cloud.record.calls.map(\.operation)) == Set(asked))
        }
    }

    /// One call of each operation that the cloud does, with an order in which all of them work.
    private static func calls(_ bench: CloudBench) async throws -> [(String, String, String, JSONValue?)] {
        let (server, phone) = (bench.servers[0], bench.phones[0])
        let ids: JSONValue = [.text(phone)]
        let command = { (word: String, content: String) -> JSONValue in
            ["command": .text(word), "content": .text(content), "phone_ids": ids]
        }
        let place: [String: JSONValue] = ["bucket_name": "farm", "object_path": "a.tar"]
        let servers: JSONValue = ["server_ids": [.text(server)]]
        let with = { (more: [String: JSONValue], value: JSONValue) -> JSONValue in
            .object((value.members ?? [:]).merging(more) { $1 })
        }
        let tagged = "\(bench.project)/cph-server/\(server)/tags"
        let tags: JSONValue = [["key": "team", "value": "qa"]]
        let app: JSONValue = with(["package_name": "com.studio.game"], servers)
        let (bandwidth, encoder, request, job) = try await known(bench)
        bench.objects.store(CloudBench.archive("/data/share/a", "a"), as: "a.tar", in: "farm")
        return [
            ("ListCloudPhoneServers", "GET", "servers", nil), ("ListCloudPhones", "GET", "phones", nil),
            ("ShowCloudPhoneServerDetail", "GET", "servers/\(server)", nil),
            ("ListCloudPhoneServerModels", "GET", "server-models?limit=1", nil),
            ("ListCloudPhoneServerModelOfferings", "GET", "\(bench.project)/server-model-offerings", nil),
            ("UpdateServerName", "PUT", "servers/\(server)", ["server_name": "a"]),
            ("ShowBandwidthDetail", "GET", "bandwidths", nil),
            ("UpdateBandwidth", "PUT", "bandwidths/\(bandwidth)", ["band_width_size": 1]),
            ("ShowCloudPhoneDetail", "GET", "phones/\(phone)", nil),
            (
                "BatchShowPhoneConnectInfos", "POST", "phones/batch-connection",
                ["phone_ids": [.text(phone), "x"], "client_type": "IOS"]
            ),
            ("ListCloudPhoneModels", "GET", "phone-models", nil), ("ListCloudPhoneImages", "GET", "phone-images", nil),
            ("UpdatePhoneName", "PUT", "phones/\(phone)", ["phone_name": "a"]),
            (
                "UpdateCloudPhoneProperty", "POST", "phones/batch-update-property",
                ["phones": [["phone_id": .text(phone), "property": "{}"]]]
            ),
            ("ShowJob", "GET", "jobs/\(job)", nil), ("ListJobs", "GET", "jobs?request_id=\(request)", nil),
            ("InstallApk", "POST", "phones/commands", command("install", "obs://farm/a.apk")),
            ("UninstallApk", "POST", "phones/commands", command("uninstall", "com.studio.game")),
            ("PushFile", "POST", "phones/commands", command("push", "obs://farm/a.tar")),
            ("RunShellCommand", "POST", "phones/commands", command("shell", "id")),
            ("RunSyncCommand", "POST", "phones/sync-commands", command("shell", "id")),
            (
                "BatchExportCloudPhoneData", "POST", "phones/batch-storage",
                [
                    "storage_infos": [
                        .object(place.merging(["phone_id": .text(phone), "include_files": ["/data/local"]]) { $1 })
                    ]
                ]
            ),
            (
                "BatchImportCloudPhoneData", "POST", "phones/batch-restore",
                ["restore_infos": [.object(place.merging(["phone_id": .text(phone)]) { $1 })]]
            ),
            ("PushShareFiles", "POST", "phones/share-files", with(place, servers)),
            ("ListShareFiles", "GET", "servers/share-files?path=/data&server_ids=\(server)", nil),
            ("DeleteShareFiles", "POST", "phones/share-files", with(["file_paths": ["/data/a"]], servers)),
            ("PushShareApps", "POST", "phones/share-apps", with(place, app)),
            ("ListShareAppsSnapshot", "GET", "\(bench.project)/servers/\(server)/share-apps-snapshot", nil),
            ("DeleteShareApps", "DELETE", "phones/share-apps", app),
            ("BatchCreateTags", "POST", "\(tagged)/action", ["action": "create", "tags": tags]),
            ("ListResourceTags", "GET", tagged, nil),
            ("ListProjectTags", "GET", "\(bench.project)/cph-server/tags", nil),
            (
                "ListResourceInstances", "POST", "\(bench.project)/cph-server/resource_instances/action",
                ["action": "filter"]
            ),
            ("BatchDeleteTags", "POST", "\(tagged)/action", ["action": "delete", "tags": tags]),
            ("StopCloudPhone", "POST", "phones/batch-stop", ["phone_ids": ids]),
            ("RestartCloudPhone", "POST", "phones/batch-restart", ["phones": [["phone_id": .text(phone)]]]),
            ("ResetCloudPhone", "POST", "phones/batch-reset", ["phones": [["phone_id": .text(phone)]]]),
            (
                "UpdateKeypair", "PUT", "servers/open-access",
                ["servers": [["server_id": .text(server), "keypair_name": "farm-key"]]]
            ),
            ("ListEncodeServers", "GET", "encode-servers", nil),
            ("RestartEncodeServer", "POST", "encode-servers/batch-restart", ["encode_server_ids": [.text(encoder)]]),
            ("RestartCloudPhoneServer", "POST", "servers/batch-restart", servers),
        ]
    }

    /// One call of each operation that buys, changes and shares things, in such an order.
    private static func orders(_ bench: CloudBench) async -> [(String, String, String, JSONValue?)] {
        let (server, other, phone) = (bench.servers[0], bench.servers[1], bench.phones[0])
        let own = await bench.cloud.addImage("nightly")
        let offered = await bench.cloud.offerImage("golden", from: String(repeating: "e", count: 32))
        let event = await bench.cloud.publishEvent(onServer: server)
        let member = String(repeating: "d", count: 32)
        let fileSystem: JSONValue = [
            "type": "sfs_turbo", "id": .text(bench.cloud.options.fileSystems[0]), "server_ids": [.text(server)],
        ]
        let project = bench.cloud.options.projectID
        return [
            ("ImportTraffic", "POST", "phones-traffic", ["traffic_type": "routing", "phone_ids": [.text(phone)]]),
            (
                "ExpandPhoneDataVolumeSize", "POST", "phones/expand-volume",
                ["phones": [["phone_id": .text(phone), "new_size": 50]]]
            ),
            ("AttachShareFilesystem", "POST", "\(bench.project)/servers/attach-share-filesystem", fileSystem),
            ("DetachShareFilesystem", "POST", "\(bench.project)/servers/detach-share-filesystem", fileSystem),
            ("ListScheduledEvents", "GET", "scheduled-events?state=inquiring%2Cscheduled", nil),
            (
                "AuthorizeScheduledEvent", "POST", "scheduled-events/\(event)/authorize",
                ["authorization_type": "maintenance", "not_before": .text(await bench.time(in: 3600))]
            ),
            (
                "UpdateScheduledEvent", "PUT", "scheduled-events/\(event)",
                ["not_before": .text(await bench.time(in: 7200))]
            ),
            ("ListImages", "GET", "images", nil),
            ("AddImageMember", "POST", "images/\(own)/members", ["member": .text(member)]),
            ("ListImageMembers", "GET", "images/\(own)/members?limit=1", nil),
            ("DeleteImageMember", "DELETE", "images/\(own)/members/\(member)", nil),
            ("UpdateImageMember", "PUT", "images/\(offered)/members", ["status": "accepted"]),
            ("DeleteImage", "DELETE", "images/\(own)", nil),
            ("CreateNet2CloudPhoneServer", "POST", "/v2/\(project)/cloud-phone/servers", CloudBench.order()),
            ("CreateCloudPhoneSingleServer", "POST", "/v2.1/\(project)/cloud-phone/servers", CloudBench.bareOrder()),
            (
                "ChangeCloudPhoneServer", "POST", "/v2/\(project)/cloud-phone/servers/\(other)/change",
                CloudBench.layout()
            ),
            (
                "ChangeCloudPhoneServerModel", "POST", "servers/change-server-model",
                [
                    "server_id": .text(other), "server_model_name": .text(CloudCatalog.largeServerModel),
                    "phone_model_name": .text(CloudCatalog.largePhoneModel),
                ]
            ),
            (
                "DeleteCloudPhoneServer", "DELETE", "/v2/\(project)/cloud-phone/servers",
                ["server_ids": CloudBench.list([server, other])]
            ),
        ]
    }

    /// Ids that only answers tell: of a bandwidth, an encode service, a call and its job.
    private static func known(_ bench: CloudBench) async throws -> (String, String, String, String) {
        let bandwidth = try await bench.ask("GET", "bandwidths").json["band_widths"]?.elements?[0]["band_width_id"]
        let encoder = try await bench.ask("GET", "encode-servers").json["encode_servers"]?.elements?[0]
        let body: JSONValue = ["command": "shell", "content": "id", "phone_ids": [.text(bench.phones[0])]]
        let call = try await bench.ask("POST", "phones/commands", body)
        await bench.cloud.finishJobs()
        return try (
            #require(bandwidth?.text), #require(encoder?["encode_server_id"]?.text), call.requestID,
            #require(call.jobs.first?["job_id"]?.text)
        )
    }
}
