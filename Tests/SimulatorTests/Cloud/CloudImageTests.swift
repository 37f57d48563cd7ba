import DroverTesting
import JSON
import Testing

@testable import Simulator

@Suite("Custom images and scheduled events of the simulated cloud", .timeLimit(.minutes(2)))
struct CloudImageTests {
    private static func project(_ number: UInt64) -> String { SimulatedCloud.id(0, "project", number) }

    private static func names(_ bench: CloudBench, _ query: String = "") async throws -> [String] {
        let answer = try await bench.ask("GET", "images\(query)").json
        return (answer["image_infos"]?.elements ?? []).compactMap { $0["image_name"]?.text }
    }

    @Test("images are listed by whose they are and how far they are") func listing() async throws {
        try await CloudBench.run { bench async throws in
            await bench.cloud.addImage("growing", isReady: false)
            await bench.cloud.offerImage("golden", from: Self.project(1))
            #expect(try await Self.names(bench) == ["own-phone", "growing", "golden"])
            #expect(try await Self.names(bench, "?image_type=share") == ["golden"])
            #expect(try await Self.names(bench, "?status=0") == ["growing"])
            #expect(try await Self.names(bench, "?src_project_id=\(Self.project(1))") == ["golden"])
            #expect(try await Self.names(bench, "?image_name=own-phone") == ["own-phone"])
            #expect(try await Self.names(bench, "?offset=1&limit=1") == ["growing"])
            #expect(try await bench.ask("GET", "images?offset=1&limit=1").json["total"] == 3)
            #expect(try await bench.ask("GET", "images?status=3").code == "CPS.0010")
            #expect(try await bench.ask("GET", "images?image_type=public").code == "CPS.0116")
            #expect(try await bench.ask("GET", "images?limit=101").code == "CPS.0002")
        }
    }

    @Test("a shared image can be used once it was accepted, and no more when it was rejected") func reception()
        async throws
    {
        try await CloudBench.run { bench async throws in
            let image = await bench.cloud.offerImage("golden", from: Self.project(1))
            let reset: JSONValue = [
                "image_id": .text(image), "phones": [["phone_id": .text(bench.phones[0])]],
            ]
            let listed = { () async throws -> JSONValue? in
                let all = try await bench.ask("GET", "phone-images?image_type=share").json["phone_images"]?.elements
                return all?.first?["receive_status"]
            }
            #expect(try await listed() == 0)
            #expect(try await bench.ask("POST", "phones/batch-reset", reset).code == "CPS.0166")
            #expect(try await bench.ask("PUT", "images/\(image)/members", ["status": "accepted"]).status == 200)
            #expect(try await listed() == 1)
            #expect(try await bench.finish("POST", "phones/batch-reset", reset)[0].isSuccess)
            #expect(try await bench.ask("GET", "phones/\(bench.phones[0])").json["image_id"]?.text == image)
            #expect(try await bench.ask("PUT", "images/\(image)/members", ["status": "rejected"]).status == 200)
            #expect(try await listed() == 2)
            #expect(try await bench.ask("POST", "phones/batch-reset", reset).code == "CPS.0166")
            #expect(try await bench.ask("PUT", "images/\(image)/members", ["status": "maybe"]).code == "CPS.0010")
            #expect(try await bench.ask("DELETE", "images/\(image)").code == "CPS.0030")
        }
    }

    @Test("an own image goes to ten projects, and is deleted with them") func members() async throws {
        try await CloudBench.run { bench async throws in
            let image = await bench.cloud.addImage("nightly")
            let path = "images/\(image)/members"
            for number in 0..<10 {
                let answer = try await bench.ask("POST", path, ["member": .text(Self.project(UInt64(number)))])
                #expect(answer.status == 200)
            }
            #expect(try await bench.ask("POST", path, ["member": .text(Self.project(10))]).code == "CPS.0196")
            let first = try await bench.ask("GET", "\(path)?limit=6").json
            #expect(first["members"]?.elements?.count == 6)
            let mark = try #require(first["page_info"]?["next_marker"]?.text)
            let rest = try await bench.ask("GET", "\(path)?limit=6&marker=\(mark)").json
            #expect(rest["members"]?.elements?.count == 4 && rest["page_info"]?["next_marker"] == .null)
            #expect(try await bench.ask("DELETE", "\(path)/\(Self.project(3))").status == 200)
            #expect(try await bench.ask("DELETE", "\(path)/\(Self.project(3))").code == "CPS.0046")
            for member in [Self.project(4), bench.cloud.options.projectID, "x"] {
                #expect(try await bench.ask("POST", path, ["member": .text(member)]).code == "CPS.0046")
            }
            #expect(try await bench.ask("DELETE", "images/\(image)").status == 200)
            #expect(try await bench.ask("DELETE", "images/\(image)").code == "CPS.0166")
            #expect(try await bench.ask("GET", path).code == "CPS.0166")
            #expect(try await bench.ask("DELETE", "images/\(CloudCatalog.imageID)").code == "CPS.0030")
        }
    }

    @Test("an image that is still being made goes to nobody, and to no phone") func unready() async throws {
        try await CloudBench.run { bench async throws in
            let image = await bench.cloud.addImage("growing", isReady: false)
            let share = try await bench.ask("POST", "images/\(image)/members", ["member": .text(Self.project(1))])
            #expect(share.code == "CPS.0030")
            let restart: JSONValue = ["image_id": .text(image), "phones": [["phone_id": .text(bench.phones[0])]]]
            #expect(try await bench.ask("POST", "phones/batch-restart", restart).code == "CPS.0166")
        }
    }

    // MARK: Events

    private static func state(_ bench: CloudBench, _ event: String) async throws -> String? {
        let answer = try await bench.ask("GET", "scheduled-events?event_id=\(event)").json
        return answer["scheduled_events"]?.elements?.first?["state"]?.text
    }

    @Test("an event waits for its authorisation, for its time, and is done") func event() async throws {
        try await CloudBench.run {
            $0.eventDuration = .seconds(60)
        } _: { bench async throws in
            let event = await bench.cloud.publishEvent(onServer: bench.servers[0])
            _ = await bench.shell(bench.phones[0], "touch /data/local/tmp/kept")
            #expect(try await Self.state(bench, event) == "inquiring")
            let early: JSONValue = ["not_before": .text(await bench.time(in: 3600))]
            #expect(try await bench.ask("PUT", "scheduled-events/\(event)", early).code == "CPS.0010")
            let allow = { (seconds: Int64) async -> JSONValue in
                ["authorization_type": "maintenance", "not_before": .text(await bench.time(in: seconds))]
            }
            let path = "scheduled-events/\(event)/authorize"
            for seconds: Int64 in [300, 8 * 24 * 3600] {
                #expect(try await bench.ask("POST", path, await allow(seconds)).code == "CPS.0174")
            }
            #expect(try await bench.ask("POST", path, await allow(7200)).status == 200)
            #expect(try await bench.ask("POST", path, await allow(7200)).code == "CPS.0010")
            #expect(try await Self.state(bench, event) == "scheduled")
            #expect(try await bench.ask("PUT", "scheduled-events/\(event)", early).status == 200)
            try await bench.passTime(.seconds(3600))
            #expect(try await Self.state(bench, event) == "executing")
            #expect(try await bench.ask("GET", "servers/\(bench.servers[0])").json["status"] == 13)
            #expect(try await bench.ask("GET", "phones/\(bench.phones[0])").json["status"] == 4)
            try await bench.passTime(.seconds(60))
            #expect(try await Self.state(bench, event) == "completed")
            #expect(try await bench.ask("GET", "servers/\(bench.servers[0])").json["status"] == 5)
            #expect(await bench.shell(bench.phones[0], "ls /data/local/tmp") == "kept\n")
        }
    }

    @Test("a redeployed server has nothing of what its phones had") func redeploy() async throws {
        try await CloudBench.run {
            $0.eventDuration = .zero
        } _: { bench async throws in
            let event = await bench.cloud.publishEvent(isDiskRecovery: true, onServer: bench.servers[0])
            _ = await bench.shell(bench.phones[0], "touch /data/local/tmp/lost")
            let path = "scheduled-events/\(event)/authorize"
            let later: JSONValue = [
                "authorization_type": "redeploy", "not_before": .text(await bench.time(in: 3600)),
            ]
            #expect(try await bench.ask("POST", path, later).code == "CPS.0174")
            #expect(try await bench.ask("POST", path, ["authorization_type": "destroy"]).code == "CPS.0116")
            #expect(try await bench.ask("POST", path, ["authorization_type": "redeploy"]).status == 200)
            try await bench.passTime(.seconds(1))
            #expect(try await Self.state(bench, event) == "completed")
            #expect(await bench.shell(bench.phones[0], "ls /data/local/tmp") == "")
        }
    }

    @Test("events are found by state, type, server and time, ten to a page") func events() async throws {
        try await CloudBench.run { bench async throws in
            for number in 0..<11 {
                await bench.cloud.publishEvent(isDiskRecovery: number == 0, onServer: bench.servers[number % 2])
            }
            let count = { (query: String) async throws -> JSONValue? in
                try await bench.ask("GET", "scheduled-events?\(query)").json["count"]
            }
            let page = try await bench.ask("GET", "scheduled-events").json
            #expect(page["scheduled_events"]?.elements?.count == 10 && page["count"] == 11)
            let mark = try #require(page["page_info"]?["next_marker"]?.text)
            let rest = try await bench.ask("GET", "scheduled-events?marker=\(mark)").json
            #expect(rest["scheduled_events"]?.elements?.count == 1)
            #expect(try await count("type=localdisk-recovery") == 1)
            #expect(try await count("server_id=\(bench.servers[1])") == 5)
            #expect(try await count("state=inquiring%2Cfailed") == 11)
            #expect(try await count("state=failed") == 0)
            let now = await bench.time(in: 1)
            #expect(try await count("publish_since=\(now)") == 0)
            #expect(try await count("publish_until=\(now)") == 11)
            for (query, code) in [
                ("state=open", "CPS.0010"), ("type=fire", "CPS.0116"), ("publish_since=today", "CPS.0174"),
                ("limit=0", "CPS.0002"), ("marker=x", "CPS.0002"),
            ] {
                #expect(try await bench.ask("GET", "scheduled-events?\(query)").code == code)
            }
            let nobody = try await bench.ask(
                "POST", "scheduled-events/x/authorize", ["authorization_type": "maintenance"])
            #expect(nobody.code == "CPS.0017" && nobody.status == 404)
        }
    }

    @Test("times are read as they are written, and nothing else is") func times() {
        for seconds: Int64 in [0, 951_782_399, 951_782_400, 951_868_800, 1_767_323_045, 4_107_542_399] {
            #expect(CloudTime.seconds(of: CloudTime.text(seconds)) == seconds)
        }
        for text in ["", "2026-01-02", "2026-02-30T00:00:00Z", "2026-01-02T03:04:05", "2026-01-02T24:00:00Z"] {
            #expect(CloudTime.seconds(of: text) == nil)
        }
    }
}
