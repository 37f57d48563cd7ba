import CloudLinks
import DroverTesting
import Farm
import JSON
import Journal
import Simulator
import Synchronization
import Testing

/// Operations of KooPhone that are called by their names, in playbooks.
@Suite(.serialized, .timeLimit(.minutes(3))) struct KooPhoneNamedCallTests {
    @Test func `each phone asks for itself, and what was begun is waited for`() async throws {
        let farm = try CloudFarm.withInstances(3)
        let opened = try await farm.openInstances(try await farm.start())
        let record = try await farm.run(
            """
            phones: all
            steps:
              - cloud: { call: BatchShowInstance }
                id: state
              - assert: { that: ["length(steps.state.answer.status_list) == 1"] }
              - cloud: { call: ListInstanceApp }
              - cloud: { call: AsyncInvokeInstance, with: { command: echo hello } }
                id: line
              - assert: { that: ["steps.line.jobs[0].output == 'hello\\n'"] }
              - cloud: { call: BatchBackupInstances }
                id: backup
              - assert: { that: ["length(steps.backup.jobs) == 1"] }
              - cloud: { call: ListInstances }
                id: list
              - assert:
                  that:
                    - steps.list.answer.result[0].instance_name == phone.serial
                    - steps.list.answer.result[0].backup_status == 2
              - cloud: { call: BatchRebootInstance }
              - cloud: { call: BatchShowInstance }
                id: after
              - assert: { that: ["steps.after.answer.status_list[0].status == 0"] }
              - cloud: { call: ExecuteInstanceAuthToken }
                id: login
              - assert: { that: ["steps.login.answer.resource matches 'secret'"] }

            """, opened
        ).record
        #expect(record.counts[.changed] == 3, "\(record.failures.map { "\($0.operation): \($0.reason)" })")
        #expect(farm.cloud.record.count("BatchBackupInstances") == 3)
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.restarts == 1 && $0.shellLines == 1 })
        #expect(farm.cloud.record.unknown == 0)
        await farm.stop()
    }

    @Test func `what fails on a phone fails the step, and lists come with all pages`() async throws {
        let farm = try CloudFarm.withInstances(120) { $0.opensADB = false }
        let opened = try await farm.openInstances(try await farm.start())
        let ids = await farm.cloud.instanceIDs
        let all = try await opened.accounts.call(NamedCall("ListInstances"), of: "single")
        #expect(all.answer["result"]?.elements?.count == 120)
        let page = try await opened.accounts.call(
            NamedCall("ListInstances", ["page_no": 2, "page_size": 50]), of: "single")
        #expect(page.answer["result"]?.elements?.count == 50 && page.answer["page_no"] == 2)
        await farm.cloud.setFault(.fails(code: "KOOPHONE.API.9999"), ofPhone: ids[0])
        func failures(_ call: String, _ given: [String: JSONValue] = [:]) async throws -> [String?] {
            let named: JSONValue = .array(ids.prefix(2).map(JSONValue.text))
            let call = NamedCall(call, given.merging(["instance_ids": named]) { $1 })
            return try await opened.accounts.call(call, of: "single").parts.map(\.failure?.code)
        }
        #expect(try await failures("AsyncInvokeInstance", ["command": "id"]) == ["KOOPHONE.API.9999", nil])
        #expect(try await failures("BatchBackupInstances") == ["broken", nil])
        await farm.cloud.setState(6, ofInstance: ids[1])
        let refused = await #expect(throws: ServiceError.self) { _ = try await failures("BatchRebootInstance") }
        #expect(refused?.code == "KOOPHONE.API.1000")
        await farm.stop()
    }

    @Test func `an operation belongs to accounts of its service, and an account can be named`() async throws {
        let farm = try CloudFarm.withInstances(1)
        let opened = try await farm.openInstances(try await farm.start(), withServers: true)
        var said = ""
        for steps in [
            "cloud: { call: BatchBackupInstances }", "cloud: { call: ShowCloudPhoneDetail }",
            "cloud: { call: ListCloudPhones, account: single }", "cloud: { call: ListImages, account: nobody }",
            "cloud: { call: BatchShowSku, account: main }", "cloud: { call: BatchBackupInstance }",
            "cloud: { call: AsyncInvokeInstance, with: { command: a$b } }",
            "cloud: { call: AsyncInvokeInstance, account: single, with: { command: a$b } }",
        ] {
            let mistakes = #expect(throws: CloudFarm.Mistakes.self) {
                try farm.plan("phones: all\nsteps:\n  - \(steps)\n", opened.inventory)
            }
            said += "\(mistakes?.description ?? "accepted: \(steps)")\n"
        }
        let names = opened.inventory.phones.map(\.name)
        expectGolden(said, "golden/cloud/other-service.txt")
        // Where only the run shows whom it is for, each phone tells.
        let late = try await farm.run(
            """
            phones: all
            steps:
              - cloud: { call: ListImages, account: main }
              - cloud: { call: BatchShowSku, account: single }
              - cloud: { call: BatchShowInstance }
                when: phone.name != 'nobody'

            """, opened
        ).record
        #expect(late.counts[.failed] == 2 && late.counts[.ok] == 1 && names.count == 3, "\(late.failures)")
        #expect(
            late.failures.allSatisfy { failure in
                failure.code == "unsupported"
                    && failure.reason.hasSuffix(
                        "of KooPhone, and main is an account of the cloud phone service")
                    && failure.advice == "the farm's account of KooPhone is single"
            }, "\(late.failures)")
        #expect(farm.cloud.record.count("ListImages") == 3 && farm.cloud.record.count("BatchShowSku") == 3)
        await farm.stop()
    }

    @Test func `what an earlier process has asked for is waited for, and never asked twice`() async throws {
        let farm = try CloudFarm.withInstances(1)
        let opened = try await farm.openInstances(try await farm.start())
        let phone = try #require(opened.inventory.phones.first)
        let link = try opened.accounts.phone(phone, at: try #require(phone.cloud), on: farm.lanes[0])
        for (name, given) in [
            ("AsyncInvokeInstance", ["command": "echo hello"]), ("BatchBackupInstances", [:]),
            ("BatchRebootInstance", [:]), ("BatchResetInstance", [:]), ("BatchPrepareInstances", [:]),
            ("StopInstancesSession", [:]), ("DeleteInstance", [:]),
        ] as [(String, [String: JSONValue])] {
            let call = NamedCall(name, given)
            let written = Mutex<[ServiceJob]>([])
            let first = try await link.during(BatchedAttempt(note: { job in written.withLock { $0.append(job) } }))
                .call(call)
            let jobs = written.withLock { $0 }
            #expect(jobs.map { $0.request != nil } == [false, true], "\(name)")
            #expect(first.parts.allSatisfy { $0.failure == nil }, "\(name): \(first)")
            let again = try await link.during(BatchedAttempt(pending: jobs)).call(call)
            #expect(again.answer == .null && again.parts.count == first.parts.count, "\(name)")
            #expect(again.parts.map(\.output) == first.parts.map(\.output), "\(name)")
            // Of a call whose answer nobody has seen nothing is known.
            let error = await #expect(throws: ServiceError.self) {
                _ = try await link.during(BatchedAttempt(pending: [jobs[0]])).call(call)
            }
            #expect(error?.outcome == .unknown, "\(name)")
            #expect(farm.cloud.record.count(name) == 1, "\(name)")
            guard name != "DeleteInstance" else { break }
        }
        await farm.stop()
    }
}
