import CloudPhone
import DroverTesting
import Farm
import Journal
import Simulator
import Testing

@testable import CloudLinks

/// What belongs to servers without being them, over the REST interface: tags, events, file systems and images.
@Suite(.timeLimit(.minutes(3))) struct ServerCareRunTests {
    private func play(_ step: String) -> String { "servers: all\nsteps:\n  - \(step)\n" }

    @Test("tags are set and removed where they differ, and nothing is sent the second time")
    func tags() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 1) { $0.tags = ["stage": "nightly", "old": "x"] }
        let opened = try await farm.open(try await farm.start())
        let step = play("server-tags: { set: { stage: canary, team: qa }, remove: [old, never] }")
        let record = try await farm.run(step, opened).record
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        let expected: [String: OutputValue] = ["stage": .text("canary"), "team": .text("qa")]
        #expect(record.phones.allSatisfy { $0.output("tags") == .map(expected) })
        let client = try opened.accounts.session(of: "main").client
        for server in await farm.cloud.serverIDs {
            let tags = try await client.send(ListResourceTagsOperation(serverID: server)).tags
            #expect(tags == [ResourceTag(key: "stage", value: "canary"), ResourceTag(key: "team", value: "qa")])
        }
        #expect(farm.cloud.record.count("BatchCreateTags") == 3 && farm.cloud.record.count("BatchDeleteTags") == 3)
        let again = try await farm.run(step, opened).record
        #expect(again.counts[.ok] == 3, "\(again.failures)")
        #expect(farm.cloud.record.count("BatchCreateTags") == 3 && farm.cloud.record.count("BatchDeleteTags") == 3)
        await farm.stop()
    }

    @Test("events are listed for their own server alone, and authorised once")
    func events() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        let ids = await farm.cloud.serverIDs
        let event = await farm.cloud.publishEvent(onServer: ids[0])
        let listed = try await farm.run(play("events: list"), opened).record
        #expect(listed.counts[.ok] == 2, "\(listed.failures)")
        guard case .list(let found) = listed.phones.first?.output("events"), case .map(let first) = found.first else {
            Issue.record("no event")
            return
        }
        #expect(found.count == 1 && first["id"] == .text(event) && first["state"] == .text("inquiring"))
        #expect(listed.phones.last?.output("events") == .list([]))
        let record = try await farm.run(play("events: { do: authorise }"), opened).record
        #expect(record.counts[.changed] == 1 && record.counts[.ok] == 1, "\(record.failures)")
        let again = try await farm.run(play("events: { do: authorise }"), opened).record
        #expect(again.counts[.ok] == 2, "\(again.failures)")
        #expect(farm.cloud.record.count("AuthorizeScheduledEvent") == 1)
        await farm.stop()
    }

    @Test("a file system is attached to five servers by one call, and detached by one")
    func fileSystems() async throws {
        let farm = try CloudFarm(servers: 5, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        let id = farm.cloud.options.fileSystems[0]
        let attached = try await farm.run(play("file-system: { attach: \(id), path: /builds }"), opened).record
        #expect(attached.counts[.changed] == 5, "\(attached.failures)")
        for server in await farm.cloud.serverIDs {
            #expect(await farm.cloud.fileSystems(ofServer: server) == [id: "/builds"])
        }
        let detached = try await farm.run(play("file-system: { detach: \(id) }"), opened).record
        #expect(detached.counts[.changed] == 5, "\(detached.failures)")
        #expect((1...2).contains(farm.cloud.record.count("AttachShareFilesystem")))
        #expect((1...2).contains(farm.cloud.record.count("DetachShareFilesystem")))
        let nowhere = try await farm.run(play("file-system: { attach: nowhere }"), opened).record
        #expect(nowhere.failures.map(\.code) == Array(repeating: "CPS.0086", count: 5), "\(nowhere.failures)")
        await farm.stop()
    }

    @Test("images are listed, shared, accepted and deleted once for all servers of the account")
    func images() async throws {
        let farm = try CloudFarm(servers: 4, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        let own = await farm.cloud.addImage("nightly")
        let offered = await farm.cloud.offerImage("golden", from: String(repeating: "e", count: 32))
        let project = String(repeating: "d", count: 32)
        let text = """
            servers: all
            steps:
              - image: { list: all }
              - image: { share: \(own), with: \(project) }
              - image: { accept: \(offered) }
              - image: { unshare: \(own), with: \(project) }
              - image: { delete: \(own) }
              - image: { list: own }

            """
        let record = try await farm.run(text, opened).record
        #expect(record.failures.isEmpty, "\(record.failures)")
        for server in record.phones {
            let images = server.end(of: 0)?.outputs.values["images"]
            // The account has an image of its own from the beginning.
            #expect(images?.count == 3, "\(String(describing: images))")
            #expect(server.end(of: 5)?.outputs.values["images"]?.count == 1)
        }
        for operation in ["AddImageMember", "UpdateImageMember", "DeleteImageMember", "DeleteImage"] {
            #expect(farm.cloud.record.count(operation) == 1, "\(operation)")
        }
        let late = try await farm.run(play("image: { delete: \(own) }"), opened).record
        #expect(late.counts[.ok] == 4, "\(late.failures)")
        #expect(farm.cloud.record.count("DeleteImage") == 1)
        await farm.stop()
    }
}

extension OutputValue {
    fileprivate var count: Int? { if case .list(let list) = self { list.count } else { nil } }
}
