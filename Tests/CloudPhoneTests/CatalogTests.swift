import CloudPhone
import DroverTesting
import JSON
import Testing

@Suite("Operations by their names", .timeLimit(.minutes(1)))
struct CatalogTests {
    private static let phone = SampleID.numbered(1)
    private static let server = SampleID.numbered(1, "b")

    private static func lines(_ name: String, _ given: [String: JSONValue]) throws -> [String] {
        try OperationCatalog.operation(named: name).faults(in: given).map(\.description)
    }

    @Test("what a typed operation sends is right by its name, too", arguments: SampleOperation.all)
    func samples(sample: SampleOperation) throws {
        let operation = try OperationCatalog.operation(named: sample.shape.name)
        #expect(operation.shape == sample.shape)
        #expect(operation.faults(in: sample.given) == [])
        #expect((operation.jobs != nil) == sample.shape.startsJobs)
        let names = operation.arguments.map(\.field.name)
        #expect(Set(names).count == names.count, "two arguments of \(operation) have one name")
    }

    @Test("every argument but those with one value only is missed", arguments: SampleOperation.all)
    func missing(sample: SampleOperation) throws {
        let operation = try OperationCatalog.operation(named: sample.shape.name)
        for argument in operation.arguments {
            var given = sample.given
            given[argument.field.name] = nil
            let places = operation.faults(in: given).map(\.place)
            if argument.mustBeGiven {
                #expect(places == [argument.field.name])
            } else {
                #expect(!places.contains(argument.field.name))
            }
        }
    }

    @Test("an argument of another type is refused with its place", arguments: SampleOperation.all)
    func types(sample: SampleOperation) throws {
        let operation = try OperationCatalog.operation(named: sample.shape.name)
        for argument in operation.arguments {
            var given = sample.given
            given[argument.field.name] = .number(0.5)
            let faults = operation.faults(in: given)
            #expect(faults.map(\.place) == [argument.field.name])
            #expect(faults.first?.fault.reason == "it is a number and should be \(argument.field.kind.name)")
        }
    }

    @Test("a bad call is told in one line for each bad argument")
    func faults() throws {
        #expect(
            try Self.lines(
                "RunShellCommand", ["phone_id": .text(Self.phone), "command": "shel", "phone_ids": [.text("x")]]) == [
                    "phone_id: there is no such argument; did you mean `phone_ids`?",
                    "command: `shel` is not one of shell; did you mean `shell`?",
                    "content: it is missing; the line",
                    "phone_ids: `x` is no id of a phone, which has 32 hexadecimal digits",
                ])
        #expect(
            try Self.lines(
                "ExpandPhoneDataVolumeSize",
                ["phones": [["phone_id": .text(Self.phone), "new_sise": 1, "new_size": 32_768], ["phone_id": 5]]]) == [
                    "phones[0].new_sise: there is no such argument; did you mean `new_size`?",
                    "phones[0].new_size: 32768 is not in 1 to 32767",
                    "phones[1].phone_id: it is a whole number and should be text",
                    "phones[1].new_size: it is missing; GiB, not below what it has; 1 to 32767",
                ])
        #expect(
            try Self.lines("ListCloudPhones", ["limit": 201, "offset": -1]) == [
                "offset: a list begins at 0, not at -1", "limit: a page has 1 to 200 entries, not 201",
            ])
        #expect(
            try Self.lines("ListCloudPhones", ["status": .unsigned(.max)]) == ["status: it is too large a number"])
        #expect(try Self.lines("ListJobs", [:]) == ["no call is named; give request_id or request_ids"])
    }

    @Test("an unknown name is refused with the one that was meant")
    func unknownName() {
        let fault = #expect(throws: CheckFault.self) { try OperationCatalog.operation(named: "ListCloudPhone") }
        #expect(fault?.description == "the service has no operation `ListCloudPhone`; did you mean `ListCloudPhones`?")
    }

    @Test("arguments are read from texts by their types")
    func texts() throws {
        let operation = try OperationCatalog.operation(named: "ListScheduledEvents")
        let read = operation.arguments(reading: [
            ("limit", "5"), ("state", "inquiring,scheduled"), ("server_id", Self.server), ("nobody", "1"),
        ])
        #expect(read.faults == [])
        #expect(read.given["limit"] == 5)
        #expect(read.given["state"] == ["inquiring", "scheduled"])
        #expect(read.given["nobody"] == "1")
        let bad = operation.arguments(reading: [("limit", "five"), ("limit", "6"), ("limit", "7")])
        #expect(bad.faults.map(\.description) == ["limit: `five` is not a whole number", "limit: it is given twice"])
        let phones = try OperationCatalog.operation(named: "RestartCloudPhone")
        let objects = phones.arguments(reading: [("phones", #"[{"phone_id":"a"}]"#)])
        #expect(objects.given["phones"] == [["phone_id": "a"]])
        #expect(
            phones.arguments(reading: [("phones", "a")]).faults.map(\.description) == [
                #"phones: `a` is not a list of objects; write it as JSON, such as [{"name":"value"}]"#
            ])
    }

    @Test("a call by name is sent as the typed one is, and brings its jobs")
    func sent() async throws {
        let script: ScriptedHTTPServer.Script = { _, line in
            line.answer(["request_id": "r", "jobs": [["phone_id": .text(Self.phone), "job_id": "j"]]])
        }
        try await ScriptedHTTPServer.serving(script) { server in
            let client = try server.client()
            let typed = try await client.send(RunShellCommandOperation(line: "id", targets: .phones([Self.phone])))
            let named = try await client.call(
                "RunShellCommand", ["content": "id", "phone_ids": [.text(Self.phone)], "server_ids": .null])
            #expect(named.started == typed)
            #expect(named.requestID == "r")
            #expect(named.json["jobs"]?.elements?.count == 1)
            let requests = await server.requests()
            #expect(requests.count == 2)
            #expect(requests[0].target == requests[1].target && requests[0].body == requests[1].body)
            let refused = await #expect(throws: BadArguments.self) {
                try await client.call("RunShellCommand", ["phone_ids": [.text(Self.phone)]])
            }
            #expect(refused?.description == "RunShellCommand: content: it is missing; the line")
            #expect(await server.requests().count == 2)
        }
    }

    @Test("a failure that hides in an answer of success is found by name, too")
    func hidden() async throws {
        let script: ScriptedHTTPServer.Script = { _, line in
            line.answer(["request_id": "r", "error_code": "CPS.0166", "error_msg": "no such image"])
        }
        try await ScriptedHTTPServer.serving(script) { server in
            let client = try server.client()
            let error = await failure { try await client.call("DeleteImage", ["image_id": "i"]) }
            #expect(error?.code == "CPS.0166")
        }
    }

    @Test("gaps, lists and flags travel as the service takes them")
    func spelling() async throws {
        let script: ScriptedHTTPServer.Script = { _, line in line.answer(["request_id": "r", "count": 0]) }
        try await ScriptedHTTPServer.serving(script) { server in
            let client = try server.client()
            _ = try await client.call("ListScheduledEvents", ["state": ["inquiring", "failed"], "limit": 7])
            _ = try await client.call("ListResourceTags", ["resource_id": .text(Self.server)])
            let targets = await server.requests().map(\.target)
            #expect(targets[0].hasSuffix("/cloud-phone/scheduled-events?limit=7&state=inquiring%2Cfailed"))
            #expect(targets[1].hasSuffix("/cph-server/\(Self.server)/tags"))
        }
    }

    @Test("lists are called by name to their end, by places and by marks")
    func pages() async throws {
        let script: ScriptedHTTPServer.Script = { exchange, line in
            let target = exchange.target
            if target.contains("scheduled-events") {
                let isFirst = !target.contains("marker=m1")
                line.answer([
                    "count": 2, "scheduled_events": [["event_id": isFirst ? "e1" : "e2"]],
                    "page_info": ["next_marker": isFirst ? "m1" : ""],
                ])
            } else if target.contains("phone-models") {
                line.answer(["phone_models": [["phone_model_name": "same"]]])
            } else if target.contains("server-models") {
                line.answer(["server_models": [], "page_info": ["next_marker": "always"]])
            } else {
                // Two labelled servers to a page, whatever was asked for.
                let body = JSONValue(parsing: exchange.body)
                let offset = Int(body?["offset"]?.text ?? "0") ?? 0
                let ids = (offset..<min(offset + 2, 5)).map { number -> JSONValue in
                    ["resource_id": .text("r\(number)")]
                }
                line.answer(["resources": .array(ids), "total_count": 5])
            }
        }
        try await ScriptedHTTPServer.serving(script) { server in
            let client = try server.client()
            let events = try await client.callAll("ListScheduledEvents", ["limit": 1])
            #expect(events?.map { $0["event_id"]?.text } == ["e1", "e2"])
            let servers = try await client.callAll("ListResourceInstances", ["action": "filter"])
            #expect(servers?.compactMap { $0["resource_id"]?.text } == ["r0", "r1", "r2", "r3", "r4"])
            let models = try await client.callAll("ListCloudPhoneModels", [:])
            #expect(models?.count == 1)
            let endless = await failure { try await client.callAll("ListCloudPhoneServerModels", [:]) }
            #expect(endless?.kind == .badAnswer)
            #expect(try await client.callAll("ShowJob", ["job_id": "j"]) == nil)
            await #expect(throws: BadArguments.self) { try await client.callAll("ListCloudPhones", ["limit": 0]) }
        }
    }

    @Test("classes, jobs and pages are told")
    func told() throws {
        let byClass = Dictionary(grouping: OperationCatalog.all, by: \.shape.hazard).mapValues { $0.map(\.name) }
        #expect(
            byClass[.money]?.sorted() == [
                "ChangeCloudPhoneServerModel", "CreateCloudPhoneSingleServer", "CreateNet2CloudPhoneServer",
                "ExpandPhoneDataVolumeSize", "UpdateBandwidth",
            ])
        #expect(byClass[.lockOut] == ["UpdateKeypair"])
        #expect(
            byClass[.dataLoss]?.sorted() == [
                "AuthorizeScheduledEvent", "BatchImportCloudPhoneData", "ChangeCloudPhoneServer",
                "DeleteCloudPhoneServer", "DeleteImage", "DeleteShareApps", "DeleteShareFiles", "ResetCloudPhone",
                "UninstallApk",
            ])
        // What only looks is a GET, or asks with a body.
        for operation in OperationCatalog.all {
            let asks = ["BatchShowPhoneConnectInfos", "ListResourceInstances"].contains(operation.name)
            #expect((operation.shape.hazard == .read) == (operation.shape.method == .get || asks), "\(operation)")
        }
        let phones = try OperationCatalog.operation(named: "ListCloudPhones")
        #expect(phones.paging?.mostPerPage == 200 && phones.paging?.hasMarker == false)
        #expect(phones.paging?.listName == "phones" && phones.paging?.totalName == "count")
        #expect(try OperationCatalog.operation(named: "DeleteCloudPhoneServer").jobs?.kind == .hardware)
        let argument = try #require(phones.arguments.first { $0.field.name == "server_id" })
        #expect(argument.place == .query && argument.field.hint == "id of a server" && !argument.mustBeGiven)
    }
}
