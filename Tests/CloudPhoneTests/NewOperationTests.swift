import CloudPhone
import DroverTesting
import JSON
import Secrets
import Testing

@Suite("Orders, images, events and answers of one job", .timeLimit(.minutes(1)))
struct NewOperationTests {
    private static let server = SampleID.numbered(1, "b")
    private static let order = CreateNet2CloudPhoneServerOperation(
        serverName: "rack", serverModelName: "m", terms: SampleOperation.terms, layout: SampleOperation.layout)

    private static func fault(_ operation: some CloudOperation) -> String? {
        do throws(CheckFault) {
            try operation.check()
            return nil
        } catch { return error.description }
    }

    @Test("what cannot be bought is found before anything is sent")
    func orders() {
        #expect(Self.fault(Self.order) == nil)
        var order = Self.order
        order.count = 11
        #expect(Self.fault(order) == "11 is not in 1 to 10")
        order = Self.order
        order.terms.period = .months(10)
        #expect(Self.fault(order) == "10 months are not on offer; take 1 to 9 months, or years")
        order.terms.period = .years(10)
        #expect(Self.fault(order) == nil)
        order.terms.period = .years(11)
        #expect(Self.fault(order) == "11 is not in 1 to 10")
        order = Self.order
        order.layout.ports = [PhonePort(name: "adb", listenPort: 10_000)]
        #expect(Self.fault(order) == "the port name adb is the service's own")
        order.layout.ports = [PhonePort(name: "a", listenPort: 10_000), PhonePort(name: "b", listenPort: 10_000)]
        #expect(Self.fault(order) == "two ports have the same name or number")
        order.layout.ports = [PhonePort(name: "a", listenPort: 9_999)]
        #expect(Self.fault(order) == "9999 is not in 10000 to 50000")
        order = Self.order
        order.layout.sharedVolume = VolumeWish(type: "SAS", size: 10)
        #expect(Self.fault(order) == "`SAS` is not one of SSD, GPSSD")
        order.layout.sharedVolume = VolumeWish(size: 9)
        #expect(Self.fault(order) == "9 is not in 10 to 32768")
        order = Self.order
        order.layout.nics = []
        #expect(Self.fault(order) == "there is no network card in the call")
        order.layout = SampleOperation.layout
        order.serverName = "a b"
        #expect(Self.fault(order) == "` ` at place 2 is not allowed in the name of a server")
    }

    @Test("a bandwidth of its own needs a size, and a shared one an id")
    func bandwidths() throws {
        let operation = try OperationCatalog.operation(named: "CreateNet2CloudPhoneServer")
        let sample = try #require(SampleOperation.all.first { $0.shape.name == operation.name })
        for (share, needed) in [(0, "of its own needs band_width_size"), (1, "that is shared needs band_width_id")] {
            var given = sample.given
            given["band_width"] = ["band_width_charge_mode": 0, "band_width_share_type": .integer(Int64(share))]
            #expect(operation.faults(in: given).map(\.description) == ["a bandwidth \(needed)"])
        }
    }

    @Test("limits of ids, sizes and times")
    func limits() {
        let servers = (0..<21).map { SampleID.numbered($0, "b") }
        #expect(
            Self.fault(DeleteCloudPhoneServerOperation(serverIDs: Array(servers.prefix(11))))
                == "11 ids of servers in one call, 10 are allowed")
        #expect(
            Self.fault(AttachShareFilesystemOperation(fileSystemID: "f", serverIDs: servers))
                == "21 ids of servers in one call, 20 are allowed")
        let phones = (0..<101).map { SampleID.numbered($0) }
        #expect(
            Self.fault(ImportTrafficOperation(phoneIDs: phones, isRouted: false))
                == "101 ids of phones in one call, 100 are allowed")
        #expect(
            Self.fault(BatchShowPhoneConnectInfosOperation(phoneIDs: Array(phones.prefix(11)), clientType: .page))
                == "11 ids of phones in one call, 10 are allowed")
        #expect(
            Self.fault(ExpandPhoneDataVolumeSizeOperation(phoneIDs: [phones[0], phones[0]], newSize: 5))
                == "the phone \(phones[0]) is in the call twice")
        #expect(
            Self.fault(UpdateScheduledEventOperation(eventID: "e", notBefore: "tomorrow"))
                == "`tomorrow` is no time; write it in UTC, such as 2026-01-02T03:04:05Z")
        #expect(Self.fault(ListScheduledEventsOperation(states: ["open"])) != nil)
        #expect(Self.fault(AuthorizeScheduledEventOperation(eventID: "e", permission: .redeploy)) == nil)
        #expect(Self.fault(DeleteImageOperation(imageID: "../x")) == "`../x` is no id of an image")
    }

    @Test("one job stands for all servers of a deletion")
    func oneJob() async throws {
        let script: ScriptedHTTPServer.Script = { exchange, line in
            line.answer(["request_id": "r", "job_id": "j", "server_id": .text(Self.server)])
        }
        try await ScriptedHTTPServer.serving(script) { server in
            let client = try server.client()
            let ids = [Self.server, SampleID.numbered(2, "b")]
            let deleted = try await client.send(DeleteCloudPhoneServerOperation(serverIDs: ids))
            #expect(deleted.isOneJob && deleted.elements.map(\.jobID) == ["j"])
            let matched = deleted.matched(to: ids)
            #expect(matched.outcomes.values.map { $0 } == [.started(jobID: "j"), .started(jobID: "j")])
            #expect(matched.missing == [] && matched.foreign == [])
            let changed = try await client.send(
                ChangeCloudPhoneServerOperation(serverID: Self.server, layout: SampleOperation.layout))
            #expect(changed.elements.first?.subject == JobSubject(.server, Self.server))
        }
    }

    @Test("an order that was refused in an answer of success is an error")
    func refusedOrder() async throws {
        let script: ScriptedHTTPServer.Script = { _, line in
            line.answer(["request_id": "r", "error_code": "CPS.0065", "error_msg": "quota used up"])
        }
        try await ScriptedHTTPServer.serving(script) { server in
            let client = try server.client()
            #expect(await failure { try await client.send(Self.order) }?.code == "CPS.0065")
            let change = ChangeCloudPhoneServerModelOperation(
                serverID: Self.server, serverModelName: "m", phoneModelName: "p")
            #expect(await failure { try await client.send(change) }?.code == "CPS.0065")
        }
    }

    @Test("a refusal that the documents do not have is told all the same")
    func undocumentedRefusal() async throws {
        let script: ScriptedHTTPServer.Script = { _, line in
            line.answer([
                "request_id": "r",
                "jobs": [["server_id": .text(Self.server), "error_code": "CPS.0099", "error_msg": "not ready"]],
            ])
        }
        try await ScriptedHTTPServer.serving(script) { server in
            let call = try await server.client().send(
                AttachShareFilesystemOperation(fileSystemID: "f", serverIDs: [Self.server]))
            guard case .refused(let fault) = call.elements[0].outcome else {
                Issue.record("\(call)")
                return
            }
            #expect(fault.code == "CPS.0099" && fault.message == "not ready")
        }
    }

    @Test("values are read from answers, and tickets are kept secret")
    func answers() async throws {
        let access: JSONValue = [
            "access_ip": "", "intranet_ip": "10.0.0.1", "access_port": 10_000, "timestamp": "1", "session_id": "s",
            "ticket": "very-secret-ticket",
        ]
        let answer: JSONValue = [
            "request_id": "r", "connect_infos": [["phone_id": "a", "access_info": access]],
            "errors": [["phone_id": "b", "error_code": "CPS.0141", "error_msg": "not running"]],
            "count": 1, "total": 1, "page_info": ["next_marker": ""],
            "scheduled_events": [["event_id": "e", "server_id": "s", "server_state": 5, "state": "inquiring"]],
            "image_infos": [["image_id": "i", "status": 2, "image_size": 5_000_000_000]],
            "members": [["image_id": "i", "member_id": "p", "create_time": 1_700_000_000_000]],
            "models": [["model_name": "m", "available_zone": "z", "sell_status": "sellout"]],
        ]
        try await ScriptedHTTPServer.serving({ _, line in line.answer(answer) }) { server in
            let client = try server.client()
            let infos = try await client.send(
                BatchShowPhoneConnectInfosOperation(phoneIDs: [SampleID.numbered(1)], clientType: .ios))
            let connection = try #require(infos.connections.first)
            #expect(connection.publicAddress == nil && connection.serverAddress == "10.0.0.1")
            #expect(connection.ticket?.reveal { $0 } == "very-secret-ticket")
            #expect(!"\(infos)".contains("very-secret"))
            #expect(infos.refusals["b"]?.code == "CPS.0141")
            let event = try await client.send(ListScheduledEventsOperation()).elements[0]
            #expect(event.isInquiring && event.serverStatus.isNormal && event.startTime == nil)
            let image = try await client.send(ListImagesOperation()).elements[0]
            #expect(image.status == .failed && image.size == 5_000_000_000)
            let member = try await client.all(ListImageMembersOperation(imageID: "i"))
            #expect(member.map(\.projectID) == ["p"])
            let offering = try await client.send(ListCloudPhoneServerModelOfferingsOperation())
            #expect(offering.total == 1 && offering.elements[0].isAvailable == false)
        }
        let operation = try OperationCatalog.operation(named: "BatchShowPhoneConnectInfos")
        let shown = String(decoding: operation.hidingSecrets(in: answer).bytes, as: UTF8.self)
        #expect(!shown.contains("very-secret") && shown.contains("‹secret ticket›") && shown.contains("10.0.0.1"))
        #expect(operation.hidingSecrets(in: ["connect_infos": 5]) == ["connect_infos": 5])
    }

    @Test("counting servers by labels asks for no page")
    func counting() {
        var operation = ListResourceInstancesOperation(tags: [TagValues(key: "k", values: [])], limit: 5)
        operation.countsOnly = true
        let body = operation.bodyValues.compactMapValues { $0 }
        #expect(body["action"] == "count" && body["limit"] == nil && body["offset"] == nil)
        #expect(Self.fault(operation) == nil)
    }
}
