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
            #expect(page.output.components(separatedBy: "\n## ").count - 1 == 59)
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
            ] {
                let end = await (try practice.drover.start(["cloud"] + words + ["--farm", "farm.yml"])).ended()
                said += "$ drover cloud \(words.joined(separator: " "))\n\(end.error)exit \(end.exitCode)\n\n"
                #expect(end.exitCode == 2 || end.exitCode == 64, "\(words)")
            }
            expectGolden(said.replacing(id, with: "PHONE"), "golden/cli/cloud-refusals.txt")
            #expect(practice.cloud.record.calls.count == before)
        }
    }
}
