import DroverTesting
import Foundation
import Simulator
import Testing

/// `drover cloud`: any operation of the service by its name.
@Suite("The command cloud", .timeLimit(.minutes(3)))
struct CloudCommandTests {
    @Test("operations are listed with their classes, and what one takes is shown")
    func pages() async throws {
        try await DroverProcess.with { drover in
            let list = await (try drover.start(["cloud"])).ended()
            expectGolden(list.output, "golden/cli/cloud-list.txt")
            let fields = await (try drover.start(["cloud", "BatchExportCloudPhoneData", "--fields"])).ended()
            expectGolden(fields.output, "golden/cli/cloud-fields.txt")
            let page = await (try drover.start(["cloud", "--markdown"])).ended()
            expectGolden(page.output, "../docs/cloud-operations.md")
            #expect(page.output.components(separatedBy: "\n### ").count - 1 == 59 + 21)
            let open = await (try drover.start(["cloud", "CreateInstance", "--fields"])).ended()
            #expect(open.output.contains("(money)") && open.output.contains("any members"), "\(open.output)")
        }
    }

    @Test("what must be allowed in IAM is printed as policies, with the classes that are asked for")
    func policies() async throws {
        try await DroverProcess.with { drover in
            try drover.write(
                """
                accounts:
                  main: { kind: huawei-cph, region: cn-north-4, auth: { ak: AK, sk: "${{ env.SK }}" }, bucket: builds }
                  test: { kind: huawei-cph, region: cn-north-4, auth: { ak: AK, sk: "${{ env.SK }}" }, bucket: tests }

                """, to: "farm.yml")
            try drover.write("phones: { px-1: { adb: \"tcp:10.0.1.7:5555\" } }\n", to: "none.yml")
            try await drover.expect("cloud-policy-service", exitCode: 0, ["cloud", "--policy", "service"])
            try await drover.expect("cloud-policy-koophone", exitCode: 0, ["cloud", "--policy", "koophone"])
            try await drover.expect("cloud-policy-bucket", exitCode: 0, ["cloud", "--policy", "bucket"])
            try await drover.expect(
                "cloud-policy-agency", exitCode: 0, ["cloud", "--policy", "agency", "--account", "main"])
            try await drover.expect(
                "cloud-policy-nowhere", exitCode: 2, ["cloud", "--policy", "agency", "--farm", "none.yml"])
            let usual = try await drover.run(["cloud", "--policy", "service"]).output
            let more = try await drover.run(["cloud", "--policy", "service", "--allow", "money"]).output
            #expect(!usual.contains("cph:servers:create") && more.contains("\"cph:servers:create\""))
            #expect(!more.contains("cph:phones:reset"))
            let both = try await drover.run(["cloud", "ListCloudPhones", "--policy", "service"])
            #expect(both.exitCode == 2 && both.error.contains("--policy calls nothing"), "\(both.error)")
        }
    }

    @Test("a call prints its answer with all pages and the ends of its jobs")
    func calls() async throws {
        try await CloudPractice.with(servers: 2, phones: 3) { practice in
            func run(_ words: String...) async throws -> DroverProcess.Result {
                await (try practice.drover.start(["cloud"] + words + ["--farm", "farm.yml"])).ended()
            }
            let phones = try await run("ListCloudPhones")
            #expect(phones.exitCode == 0, "\(phones.error)")
            #expect(phones.output.components(separatedBy: "\"phone_id\"").count == 7)
            let ids = await practice.cloud.phoneIDs
            let traffic = try await run(
                "ImportTraffic", "--with", "traffic_type=routing", "--with", "phone_ids=\(ids[0]),\(ids[1])")
            #expect(traffic.exitCode == 0, "\(traffic.error)")
            let entries =
                "phones=[{\"phone_id\":\"\(ids[0])\"},{\"phone_id\":\"\(String(repeating: "0", count: 32))\"}]"
            let restart = try await run("RestartCloudPhone", "--yes", "--with", entries)
            #expect(restart.exitCode == 1, "one of two has failed: \(restart.error)")
            #expect(restart.output.contains("\"code\": \"CPS.0005\""), "\(restart.output)")
            let infos = try await run(
                "BatchShowPhoneConnectInfos", "--with", "client_type=ANDROID", "--with", "phone_ids=\(ids[0])")
            #expect(infos.output.contains("secret ticket"), "\(infos.output)")
        }
    }

    @Test("what is dangerous needs its class in so many words, and what is wrong is told before anybody is asked")
    func refusals() async throws {
        try await CloudPractice.with(servers: 1, phones: 1) { practice in
            let id = await practice.cloud.phoneIDs[0]
            let before = practice.cloud.record.calls.count
            var said = ""
            for words in [
                ["RestartCloudPhone", "--with", "phones=[{\"phone_id\":\"\(id)\"}]"],
                ["ResetCloudPhone", "--yes", "--with", "phones=[{\"phone_id\":\"\(id)\"}]"],
                ["ExpandPhoneDataVolumeSize", "--with", "phones=[{\"phone_id\":\"\(id)\",\"new_size\":100}]"],
                ["UpdateKeypair", "--with", "servers=[{\"server_id\":\"\(id)\",\"keypair_name\":\"k\"}]"],
                ["ImportTrafic"], ["ImportTraffic", "--with", "traffic_type"],
                ["ImportTraffic", "--with", "traffic_type=both", "--with", "phone=1"],
                ["ListCloudPhones", "--account", "other"], ["--fields"], ["ListJobs", "--allow", "everything"],
                ["ListInstances"], ["ListInstances", "--account", "main"],
            ] {
                let end = await (try practice.drover.start(["cloud"] + words + ["--farm", "farm.yml"])).ended()
                said += "$ drover cloud \(words.joined(separator: " "))\n\(end.error)exit \(end.exitCode)\n\n"
                #expect(end.exitCode == 2 || end.exitCode == 64, "\(words)")
            }
            expectGolden(said.replacing(id, with: "PHONE"), "golden/cli/cloud-refusals.txt")
            #expect(practice.cloud.record.calls.count == before)
        }
    }

    @Test("KooPhone is called by an account of its own, and each service refuses what is the other's")
    func koophone() async throws {
        try await CloudPractice.with(servers: 1, phones: 1, { $0.koophones = 2 }) { practice in
            let ids = await practice.cloud.instanceIDs
            func run(_ words: [String]) async throws -> DroverProcess.Result {
                await (try practice.drover.start(["cloud"] + words + ["--farm", "farm.yml"])).ended()
            }
            let both = "instance_ids=\(ids.joined(separator: ","))"
            let list = try await run(["ListInstances"])
            #expect(list.exitCode == 0 && ids.allSatisfy { list.output.contains($0) }, "\(list.error)")
            let line = try await run(["AsyncInvokeInstance", "--with", both, "--with", "command=echo hello"])
            #expect(line.output.components(separatedBy: "\"output\": \"hello\\n\"").count == 3, "\(line.output)")
            let backup = try await run(["BatchBackupInstances", "--with", both, "--yes", "--account", "single"])
            #expect(backup.exitCode == 0 && backup.output.contains("\"jobs\""), "\(backup.error)")
            let login = try await run(["ExecuteInstanceAuthToken", "--with", "instance_id=\(ids[0])"])
            #expect(login.output.contains("secret resource"), "\(login.output)")
            let order = try await run(["CreateInstance", "--with", "count=1", "--allow", "money"])
            #expect(order.exitCode == 0, "\(order.error)")
            #expect(await practice.cloud.instanceIDs.count == 3)
            let phones = try await run(["ListCloudPhones"])
            #expect(phones.exitCode == 0 && phones.output.contains("\"phone_id\""), "\(phones.error)")
            let before = practice.cloud.record.calls.count
            var said = ""
            for words in [
                ["ListInstances", "--account", "main"], ["ListCloudPhones", "--account", "single"],
                ["ListImages", "--account", "other"], ["BatchBackupInstances", "--with", both],
                ["BatchResetInstance", "--yes", "--with", both],
                ["DeleteInstance", "--with", "instanceIdList=\(ids[0])"],
                ["CreateInstance", "--yes", "--with", "count=1"], ["BatchBackupInstance"],
                ["ListInstanceApp"], ["AsyncInvokeInstance", "--with", both, "--with", "command=echo $HOME"],
            ] {
                let end = try await run(words)
                said += "$ drover cloud \(words.joined(separator: " "))\n\(end.error)exit \(end.exitCode)\n\n"
                #expect(end.exitCode == 2, "\(words)")
            }
            for (place, id) in ids.enumerated() { said = said.replacing(id, with: "PHONE-\(place + 1)") }
            expectGolden(said, "golden/cli/cloud-koophone-refusals.txt")
            #expect(practice.cloud.record.calls.count == before)
        }
    }

    @Test("what KooPhone has no way to do is refused by check, by plan and by run, and nobody is asked by check")
    func impossible() async throws {
        try await CloudPractice.with(servers: 1, phones: 1, { $0.koophones = 2 }) { practice in
            try """
            plays:
              - phones: all
                steps:
                  - power: off
                  - pull: { from: /sdcard/a, to: out/ }
                    when: phone.kind != 'koophone'
              - servers: all
                steps:
                  - restart-server:

            """.write(
                to: practice.drover.folder.appendingPathComponent("nightly.yml"), atomically: true, encoding: .utf8)
            var said = ""
            for command in ["check", "plan", "run"] {
                let end = await (try practice.drover.start([command, "nightly.yml", "--farm", "farm.yml"])).ended()
                #expect(end.exitCode == 2)
                said +=
                    "$ drover \(command) nightly.yml --farm farm.yml\n\(end.output)\(end.error)exit \(end.exitCode)\n\n"
                if command == "check" { #expect(practice.cloud.record.calls.isEmpty) }
            }
            expectGolden(said, "golden/cli/koophone-impossible.txt")
            #expect(practice.cloud.record.count("StopCloudPhone") == 0)
        }
    }
}
