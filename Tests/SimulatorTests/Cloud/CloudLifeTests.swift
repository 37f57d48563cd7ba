import DroverTesting
import JSON
import Lanes
import Testing

@testable import Simulator

@Suite("Phones and jobs of the simulated cloud", .timeLimit(.minutes(2))) struct CloudLifeTests {
    private static func entry(_ phones: [String]) -> JSONValue {
        ["phones": .array(phones.map { ["phone_id": .text($0)] })]
    }

    private static func status(_ bench: CloudBench, _ phone: String) async throws -> Int64? {
        try await bench.ask("GET", "phones/\(phone)").json["status"]?.integer
    }

    @Test("a stopped phone answers neither way, and a restart brings it back with its files") func power() async throws
    {
        try await CloudBench.run { bench async throws in
            let phone = bench.phones[0]
            let simulated = try #require(await bench.cloud.phone(phone))
            _ = await bench.shell(phone, "touch /data/local/tmp/kept")
            let stopped = try await bench.finish("POST", "phones/batch-stop", ["phone_ids": CloudBench.list([phone])])
            #expect(stopped[0].isSuccess)
            #expect(try await Self.status(bench, phone) == 8)
            let refused = try await ScriptedHost(simulated)
            await #expect(throws: ScriptedHost.Ending.refused) { try await refused.hear() }
            let command: JSONValue = ["command": "shell", "content": "id", "phone_ids": CloudBench.list([phone])]
            #expect(try await bench.ask("POST", "phones/commands", command).refusals == ["CPS.0141"])
            let restarted = try await bench.finish("POST", "phones/batch-restart", Self.entry([phone]))
            #expect(restarted[0].isSuccess)
            #expect(try await Self.status(bench, phone) == 2)
            let host = try await ScriptedHost(simulated)
            try await host.shakeHands()
            await host.close()
            #expect(await bench.shell(phone, "ls /data/local/tmp") == "kept\n")
            let work = bench.cloud.record.phones[phone]
            #expect(work?.stops == 1 && work?.restarts == 1)
        }
    }

    @Test("a reset takes everything, and a phone on its way is left alone") func resets() async throws {
        try await CloudBench.run {
            $0.durations = JobDurations(others: .seconds(5))
        } _: { bench async throws in
            let phone = bench.phones[0]
            _ = await bench.shell(phone, "touch /data/local/tmp/lost")
            let reset = try await bench.ask("POST", "phones/batch-reset", Self.entry([phone]))
            #expect(try await Self.status(bench, phone) == 3)
            #expect(try await bench.ask("POST", "phones/batch-restart", Self.entry([phone])).refusals == ["CPS.0165"])
            let job = try #require(reset.jobs[0]["job_id"]?.text)
            #expect(try await bench.ask("GET", "jobs/\(job)").json["status"]?.integer == 1)
            try await bench.passTime(.seconds(5))
            #expect(try await bench.ask("GET", "jobs/\(job)").json["status"]?.integer == 2)
            #expect(try await Self.status(bench, phone) == 2)
            #expect(await bench.shell(phone, "ls /data/local/tmp").isEmpty)
        }
    }

    @Test("a server does one thing after the other, and two servers do two at once") func queues() async throws {
        try await CloudBench.run {
            $0.durations = JobDurations(others: .seconds(10), kinds: [.push: .seconds(3)])
        } _: { bench async throws in
            var calls: [String] = []
            for ids in [[bench.phones[0], bench.phones[2]], [bench.phones[1]]] {
                let body: JSONValue = ["command": "shell", "content": "id", "phone_ids": CloudBench.list(ids)]
                calls.append(try await bench.ask("POST", "phones/commands", body).requestID)
            }
            let statuses = {
                let ids = calls.joined(separator: "%2C")
                return try await bench.ask("GET", "jobs?request_ids=\(ids)").jobs.map { $0["status"]?.integer }
            }
            await bench.settle()
            #expect(try await statuses() == [1, 1, 1])
            await bench.clock.advance(by: .seconds(10))
            await bench.settle()
            #expect(try await statuses() == [2, 2, 1])
            await bench.clock.advance(by: .seconds(10))
            await bench.settle()
            #expect(try await statuses() == [2, 2, 2])
            // Pushes of one server take as much longer as there are more of them.
            let push: JSONValue = [
                "command": "push", "content": "obs://farm/none.tar", "server_ids": CloudBench.list([bench.servers[0]]),
            ]
            calls = [try await bench.ask("POST", "phones/commands", push).requestID]
            await bench.settle()
            await bench.clock.advance(by: .seconds(3))
            await bench.settle()
            #expect(try await statuses() == [-1, 1])
            await bench.clock.advance(by: .seconds(3))
            await bench.settle()
            #expect(try await statuses() == [-1, -1])
        }
    }

    @Test("jobs fail, take longer, or never end, as they are told") func jobFaults() async throws {
        try await CloudBench.run {
            $0.durations = JobDurations(others: .seconds(1))
        } _: { bench async throws in
            await bench.cloud.setFault(.fails(code: "CPS.0054"), ofPhone: bench.phones[0])
            await bench.cloud.setFault(.endless, ofPhone: bench.phones[1])
            await bench.cloud.setFault(.slow(factor: 3), ofPhone: bench.phones[2])
            let body: JSONValue = ["command": "shell", "content": "id", "phone_ids": CloudBench.list(bench.phones)]
            let call = try await bench.ask("POST", "phones/commands", body).requestID
            var seen: [[Int64?]] = []
            for _ in 0..<4 {
                await bench.settle()
                await bench.clock.advance(by: .seconds(1))
                await bench.settle()
                let jobs = try await bench.ask("GET", "jobs?request_id=\(call)").jobs
                seen.append(jobs.map { $0["status"]?.integer })
            }
            #expect(seen == [[-1, 1, 1, 2], [-1, 1, 1, 2], [-1, 1, 2, 2], [-1, 1, 2, 2]])
            #expect(bench.cloud.record.phones[bench.phones[0]]?.shellLines ?? 0 == 0)
        }
    }

    @Test("a command that runs when its phone is switched off ends with it") func cutShort() async throws {
        try await CloudBench.run { bench async throws in
            let phone = try #require(await bench.cloud.phone(bench.phones[0]))
            async let end = phone.runShell("sleep 1000", limit: nil)
            while phone.record.deeds.commands < 1 { await Task.yield() }
            await phone.switchOff()
            #expect(await end.status == 128 + 15)
        }
    }

    @Test("a phone that is stopped while it reboots stays away") func stoppedReboot() async throws {
        try await CloudBench.run {
            $0.phones.times = PhoneTimes(down: .seconds(2), settling: .zero)
        } _: { bench async throws in
            let phone = try #require(await bench.cloud.phone(bench.phones[0]))
            _ = await bench.shell(bench.phones[0], "reboot")
            _ = try await bench.finish("POST", "phones/batch-stop", ["phone_ids": CloudBench.list([bench.phones[0]])])
            await bench.clock.advance(by: .seconds(3))
            let host = try await ScriptedHost(phone)
            await #expect(throws: ScriptedHost.Ending.refused) { try await host.hear() }
        }
    }

    @Test("an export holds what was asked for, and only what was exported can be restored") func exports() async throws
    {
        try await CloudBench.run { bench async throws in
            let line = "mkdir -p /data/local/tmp/d && echo one > /data/local/tmp/d/a && echo two > /data/local/tmp/d/b"
            _ = await bench.shell(bench.phones[0], line)
            let place: [String: JSONValue] = ["bucket_name": "farm", "object_path": "out.tar"]
            let order = { (included: [String]) in
                let info: [String: JSONValue] = [
                    "phone_id": .text(bench.phones[0]), "include_files": CloudBench.list(included),
                    "exclude_files": ["/data/local/tmp/d/b"],
                ]
                return try await bench.ask(
                    "POST", "phones/batch-storage", ["storage_infos": [.object(info.merging(place) { $1 })]])
            }
            #expect(try await order(["/system"]).refusals == ["CPS.0168"])
            #expect(try await order(["/data/misc"]).refusals == ["CPS.0168"])
            let restore: JSONValue = [
                "restore_infos": [.object(place.merging(["phone_id": .text(bench.phones[3])]) { $1 })]
            ]
            #expect(try await bench.ask("POST", "phones/batch-restore", restore).refusals == ["CPS.0172"])
            #expect(try await order(["/data/local/tmp/d*"]).refusals == [])
            await bench.cloud.finishJobs()
            #expect(try await bench.finish("POST", "phones/batch-restore", restore)[0].isSuccess)
            #expect(await bench.shell(bench.phones[3], "cat /data/local/tmp/d/a") == "one\n")
            #expect(await bench.shell(bench.phones[3], "ls /data/local/tmp/d") == "a\n")
        }
    }

    @Test("properties are set at once and read by the phone") func properties() async throws {
        try await CloudBench.run { bench async throws in
            let set = { (text: String) in
                try await bench.ask(
                    "POST", "phones/batch-update-property",
                    ["phones": [["phone_id": .text(bench.phones[0]), "property": .text(text)]]])
            }
            #expect(try await set("{").refusals == ["CPS.0078"])
            let long = String(repeating: "a", count: 7800)
            #expect(try await set("{\"persist.sys.locale\":\"\(long)\"}").refusals == ["CPS.0078"])
            #expect(try await set("{\"persist.sys.locale\":\"de-DE\",\"com.cph.mainkeys\":1}").refusals == [])
            await bench.cloud.finishJobs()
            #expect(await bench.shell(bench.phones[0], "getprop persist.sys.locale") == "de-DE\n")
            #expect(await bench.shell(bench.phones[0], "getprop com.cph.mainkeys") == "1\n")
            for (forgets, left) in [(false, "1\n"), (true, "\n")] {
                let entry: JSONValue = [
                    "phone_id": .text(bench.phones[0]), "factory_reset_enabled": .boolean(forgets),
                ]
                _ = try await bench.finish("POST", "phones/batch-reset", ["phones": [entry]])
                #expect(await bench.shell(bench.phones[0], "getprop com.cph.mainkeys") == left)
            }
        }
    }
}

extension CloudBench {
    /// Lets everything that needs no time happen.
    func settle() async {
        for _ in 0..<200 { await clock.advance(by: .zero) }
    }

    /// Lets a time pass, and what follows from it happen.
    func passTime(_ duration: Duration) async throws {
        await settle()
        await clock.advance(by: duration)
        await settle()
    }
}
