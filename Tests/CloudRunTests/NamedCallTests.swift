import CloudLinks
import DroverTesting
import Farm
import Journal
import Planning
import Simulator
import Steps
import Testing

/// Operations of the service that are called by their names, in playbooks.
@Suite(.timeLimit(.minutes(3))) struct NamedCallTests {
    @Test("each phone and each server asks for itself, jobs are waited for, and answers can be gone on with")
    func calls() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 2)
        let opened = try await farm.open(try await farm.start())
        let text = """
            plays:
              - phones: all
                steps:
                  - cloud: { call: ShowCloudPhoneDetail }
                    id: detail
                  - assert: { that: ["steps.detail.answer.phone_id != ''"] }
                  - cloud: { call: ImportTraffic, with: { traffic_type: routing } }
                    id: traffic
                  - cloud: { call: ShowCloudPhoneDetail }
                    id: after
                  - assert: { that: ["steps.after.answer.traffic_type == 'routing'"] }
              - servers: all
                steps:
                  - cloud: { call: ListCloudPhones }
                    id: phones
                  - assert: { that: ["length(steps.phones.answer.phones) == 2"] }
                  - cloud: { call: RestartCloudPhoneServer }
                  - cloud: { call: RunShellCommand, with: { content: "getprop ro.product.model" } }
                    id: shell
                  - assert: { that: ["length(steps.shell.jobs) == 2", "steps.shell.jobs[0].output != ''"] }

            """
        let record = try await farm.run(text, opened).record
        #expect(record.counts[.changed] == 6, "\(record.failures.map { "\($0.operation): \($0.reason)" })")
        #expect(farm.cloud.record.count("ImportTraffic") == 4)
        #expect(farm.cloud.record.count("RestartCloudPhoneServer") == 2)
        await farm.stop()
    }

    @Test("what is called has the class of its operation, and what is wrong is told where it is written")
    func mistakes() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        let classes = [
            ("phones", "ShowCloudPhoneDetail", "read"), ("phones", "ResetCloudPhone", "data-loss"),
            ("servers", "RestartCloudPhoneServer", "disrupt"), ("servers", "UpdateKeypair", "lock-out"),
            ("phones", "ExpandPhoneDataVolumeSize", "money"),
        ]
        let more = [
            "ResetCloudPhone": "phones: [{ phone_id: \"${{ phone.serial }}\" }]",
            "UpdateKeypair": "servers: \"${{ [] }}\"",
            "ExpandPhoneDataVolumeSize": "phones: \"${{ [] }}\"",
        ]
        for (kind, name, stepClass) in classes {
            let with = more[name].map { ", with: { \($0) }" } ?? ""
            let plan = try farm.plan("\(kind): all\nsteps:\n  - cloud: { call: \(name)\(with) }\n", opened.inventory)
            #expect(plan.stepClass.rawValue == stepClass, "\(name)")
        }
        var said = ""
        for call in [
            "call: ShowCloudPhone", "call: ImportTraffic, with: { traffic_type: both }", "with: { a: b }",
            "call: ImportTraffic, with: { traffic_type: direct, phone_ids: [7] }",
            "call: \"${{ 'ListJobs' }}-x\"", "call: ListCloudPhones, with: { limit: 1000 }",
        ] {
            do {
                _ = try farm.plan("phones: all\nsteps:\n  - cloud: { \(call) }\n", opened.inventory)
                said += "accepted: \(call)\n"
            } catch {
                said += "\(error)\n"
            }
        }
        expectGolden(said, "golden/cloud/named-calls.txt")
        await farm.stop()
    }

    @Test("what the service refuses of one of several fails the step with its code, and a job that fails does")
    func refusals() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 3)
        let opened = try await farm.open(try await farm.start())
        let ids = await farm.cloud.phoneIDs
        await farm.cloud.setFault(.fails(code: "CPS.0054"), ofPhone: ids[1])
        let text = "servers: all\nsteps:\n  - cloud: { call: RunShellCommand, with: { content: id } }\n"
        let record = try await farm.run(text, opened).record
        let failure = try #require(record.failures.first)
        #expect(failure.code == "CPS.0054" && failure.reason.contains(ids[1]), "\(failure.code) \(failure.reason)")
        await farm.stop()
    }
}
