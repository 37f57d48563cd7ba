import DroverTesting
import JSON
import Lanes
import Testing

@testable import Simulator

@Suite("ADB commands of the simulated cloud", .timeLimit(.minutes(2))) struct CloudCommandTests {
    @Test(
        "content is checked for length, characters and endings",
        arguments: [
            ("shell", "echo $HOME", "CPS.0118"), ("shell", "echo a;b", "CPS.0118"), ("shell", "echo 手", "CPS.0118"),
            ("shell", "", "CPS.0118"), ("shell", String(repeating: "a", count: 2049), "CPS.0118"),
            ("uninstall", "com.x&y", "CPS.0118"), ("uninstall", "nodots", "CPS.0118"),
            ("install", "obs://farm/a.tar", "CPS.0119"), ("install", "-r", "CPS.0118"),
            ("install", "obs://farm/a.apk obs://farm/b.apk", "CPS.0118"), ("install", "/sdcard/a.apk", "CPS.0118"),
            ("install", String(repeating: "a", count: 1025), "CPS.0118"),
            ("install-multiple", Array(repeating: "obs://f/a.apk", count: 51).joined(separator: " "), "CPS.0118"),
            ("push", "obs://farm/a.zip", "CPS.0118"), ("push", "obs://farm/a.tar /data", "CPS.0118"),
        ]) func content(_ command: String, _ content: String, _ code: String) async throws
    {
        try await CloudBench.run { bench async throws in
            let body: JSONValue = [
                "command": .text(command), "content": .text(content), "phone_ids": CloudBench.list(bench.phones),
            ]
            let answer = try await bench.ask("POST", "phones/commands", body)
            #expect(answer.status == 400 && answer.code == code)
        }
    }

    @Test("lists of ids are checked, and each wrong id is told on its own") func ids() async throws {
        try await CloudBench.run {
            $0.phonesPerCall = 20
        } _: { bench async throws in
            let nobody = String(repeating: "0", count: 32)
            let run = { (path: String, ids: [String]?) in
                var body: [String: JSONValue] = ["command": "shell", "content": "id"]
                if let ids { body["phone_ids"] = CloudBench.list(ids) }
                return try await bench.ask("POST", path, .object(body))
            }
            #expect(try await run("phones/commands", nil).code == "CPS.0081")
            #expect(try await run("phones/commands", []).code == "CPS.0009")
            #expect(try await run("phones/commands", Array(repeating: nobody, count: 21)).code == "CPS.0190")
            #expect(try await run("phones/sync-commands", Array(repeating: nobody, count: 16)).code == "CPS.0190")
            await bench.cloud.setFault(.frozen, ofPhone: bench.phones[1])
            await bench.cloud.setFault(.refused(code: "CPS.0042"), ofPhone: bench.phones[2])
            let both: JSONValue = [
                "command": "shell", "content": "id", "phone_ids": CloudBench.list([bench.phones[0]]),
                "server_ids": CloudBench.list(bench.servers),
            ]
            #expect(try await bench.ask("POST", "phones/commands", both).jobs.count == 1)
            let mixed = try await run(
                "phones/commands", ["x", nobody, bench.phones[1], bench.phones[2], bench.phones[0]])
            #expect(mixed.status == 200)
            #expect(mixed.refusals == ["CPS.0004", "CPS.0005", "CPS.0053", "CPS.0042"])
            #expect(mixed.jobs.last?["job_id"]?.text?.count == 32)
        }
    }

    @Test("what REST installs is on the phone, and what it uninstalls is gone") func installs() async throws {
        try await CloudBench.run { bench async throws in
            for (name, sample) in [("1", "game-1.apk"), ("2", "game-2.apk"), ("foreign", "game-2-foreign.apk")] {
                bench.objects.store(try Fixture.bytes("apps/\(sample)"), as: "\(name).apk", in: "farm")
            }
            let first = try await bench.command("install", "-r obs://farm/2.apk", bench.phones)
            #expect(first.map(\.isSuccess) == [true, true, true, true] && first[0].output == "Success\n")
            #expect(await bench.shell(bench.phones[3], "pm list packages com.studio") == "package:com.studio.game\n")
            let older = try await bench.command("install", "-r obs://farm/1.apk", [bench.phones[0]])
            #expect(!older[0].isSuccess && older[0].output.contains("INSTALL_FAILED_VERSION_DOWNGRADE"))
            let foreign = try await bench.command("install", "-r obs://farm/foreign.apk", [bench.phones[0]])
            #expect(foreign[0].code == "CPS.0191" && foreign[0].output.contains("UPDATE_INCOMPATIBLE"))
            let missing = try await bench.command("install", "obs://farm/none.apk", [bench.phones[0]])
            #expect(missing[0].code == "CPS.0104")
            let gone = try await bench.command("uninstall", "com.studio.game", bench.phones)
            #expect(gone.map(\.isSuccess) == [true, true, true, true])
            #expect(await bench.shell(bench.phones[3], "pm list packages com.studio").isEmpty)
            let again = try await bench.command("uninstall", "com.studio.game", [bench.phones[0]])
            #expect(again[0]["status"]?.integer == -1)
            let record = bench.cloud.record
            #expect(record.phones[bench.phones[0]]?.installs == 3 && record.phones[bench.phones[0]]?.uninstalls == 2)
            #expect(record.phones[bench.phones[3]]?.installs == 1)
            let size = UInt64(try Fixture.bytes("apps/game-2.apk").count)
            #expect(record.bytesRead[bench.servers[1]] == 2 * size)
        }
    }

    @Test("splits install together") func splits() async throws {
        try await CloudBench.run { bench async throws in
            for name in ["base", "config.en", "config.xxhdpi"] {
                bench.objects.store(try Fixture.bytes("apps/game-splits/\(name).apk"), as: "\(name).apk", in: "farm")
            }
            let content = "-t -r obs://farm/base.apk obs://farm/config.en.apk obs://farm/config.xxhdpi.apk"
            let jobs = try await bench.command("install-multiple", content, [bench.phones[0]])
            #expect(jobs[0].isSuccess)
            let paths = await bench.shell(bench.phones[0], "pm path com.studio.game")
            #expect(paths.split(separator: "\n").count == 3)
        }
    }

    @Test("no agency, a bucket elsewhere and a missing object are CPS.0104") func access() async throws {
        try await CloudBench.run {
            $0.hasAgency = false
        } _: { bench async throws in
            bench.objects.store([1], as: "a.apk", in: "farm")
            #expect(try await bench.command("install", "obs://farm/a.apk", [bench.phones[0]])[0].code == "CPS.0104")
        }
        try await CloudBench.run { bench async throws in
            bench.objects.store([1], as: "a.apk", in: "far")
            #expect(try await bench.command("install", "obs://far/a.apk", [bench.phones[0]])[0].code == "CPS.0104")
        }
    }

    @Test("a push unpacks at the root with the owners of the archive; the system stays as it is") func pushes()
        async throws
    {
        try await CloudBench.run { bench async throws in
            let archives = [
                ("a", CloudBench.archive("/data/local/tmp/a/b.txt", "hello", owner: 2000)),
                ("sd", CloudBench.archive("/data/media/0/Download/c.txt", "shared", owner: 1023)),
                ("system", CloudBench.archive("/system/etc/hosts", "no")), ("bad", Array("no archive at all".utf8)),
                ("cut", Array(CloudBench.archive("/data/x", String(repeating: "y", count: 4000)).prefix(1024))),
            ]
            for (name, bytes) in archives { bench.objects.store(bytes, as: "\(name).tar", in: "farm") }
            let phone = bench.phones[0]
            let ends = try await archives.map(\.0).asyncMap { name in
                try await bench.command("push", "obs://farm/\(name).tar", [phone])[0]
            }
            #expect(ends.map(\.isSuccess) == [true, true, false, false, false])
            #expect(ends[2].output.contains("Read-only file system"))
            #expect(await bench.shell(phone, "cat /data/local/tmp/a/b.txt") == "hello")
            #expect(await bench.shell(phone, "cat /sdcard/Download/c.txt") == "shared")
            #expect(await bench.shell(phone, "stat -c %u /data/local/tmp/a/b.txt") == "2000\n")
            #expect(bench.cloud.record.phones[phone]?.pushes == 5)
        }
    }

    @Test("output is cut at 1,024 bytes, also inside a character") func output() async throws {
        try await CloudBench.run { bench async throws in
            let text = String(repeating: "a", count: 1022) + "手手"
            bench.objects.store(CloudBench.archive("/data/local/tmp/t", text), as: "t.tar", in: "farm")
            _ = try await bench.command("push", "obs://farm/t.tar", [bench.phones[0]])
            let job = try await bench.command("shell", "cat /data/local/tmp/t", [bench.phones[0]])[0]
            #expect(job.isSuccess && job.output == String(repeating: "a", count: 1022) + "\u{FFFD}")
        }
    }

    @Test("the synchronous shell answers at once, and has little time") func sync() async throws {
        try await CloudBench.run { bench async throws in
            let run = { (line: String) in
                let body: JSONValue = [
                    "command": "shell", "content": .text(line), "phone_ids": CloudBench.list([bench.phones[0]]),
                ]
                return try await bench.ask("POST", "phones/sync-commands", body).jobs[0]
            }
            #expect(try await run("getprop ro.build.version.release").output == "14\n")
            let failed = try await run("ls /nothing")
            #expect(failed["status"]?.integer == -1 && failed.code == "CPS.0191" && failed.output.contains("No such"))
            async let slow = run("sleep 60")
            // The clock stands still but for this, so time is moved until the command has begun and met its limit.
            while bench.cloud.record.phones[bench.phones[0]]?.shellLines ?? 0 < 3 { await Task.yield() }
            for _ in 0..<100 { await bench.clock.advance(by: .milliseconds(100)) }
            #expect(try await slow["status"]?.integer == -1)
        }
    }
}

extension Array {
    /// One after the other.
    func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
