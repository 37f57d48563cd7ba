import DroverTesting
import JSON
import Testing

@testable import Simulator

@Suite("Scheduled events of the simulated cloud", .timeLimit(.minutes(2)))
struct CloudEventTests {
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
