import CloudPhone
import DroverTesting
import Farm
import Journal
import Simulator
import Testing

@testable import CloudLinks

/// Orders and ends of servers over the REST interface: nothing is ordered, changed or deleted twice.
@Suite(.timeLimit(.minutes(3))) struct ServerHardwareRunTests {
    private static let large = "physical.rx1.2xlarge"
    private func play(_ step: String) -> String { "servers: all\nsteps:\n  - \(step)\n" }

    @Test("servers are resized by one order each, and are left alone when they are what they should be")
    func resized() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 2) { $0.modelChange = .milliseconds(60) }
        let opened = try await farm.open(try await farm.start())
        let record = try await farm.run(play("resize: \(Self.large)"), opened).record
        #expect(record.counts[.changed] == 2, "\(record.failures)")
        #expect(record.phones.allSatisfy { $0.output("before") == .text("physical.rx1.xlarge") })
        #expect(record.phones.allSatisfy { $0.output("order") != .text("") })
        let again = try await farm.run(play("resize: \(Self.large)"), opened).record
        #expect(again.counts[.ok] == 2, "\(again.failures)")
        #expect(farm.cloud.record.count("ChangeCloudPhoneServerModel") == 2)
        let client = try opened.accounts.session(of: "main").client
        for server in try await client.all(ListCloudPhoneServersOperation()) { #expect(server.modelName == Self.large) }
        let nowhere = try await farm.run(play("resize: physical.none"), opened).record
        #expect(nowhere.failures.allSatisfy { $0.code == "content" && $0.reason.contains("no phones are on offer") })
        #expect(nowhere.failures.count == 2)
        #expect(farm.cloud.record.count("ChangeCloudPhoneServerModel") == 2)
        await farm.stop()
    }

    @Test("an order that nobody pays is a failure with its number, and whoever goes on waits for the same one")
    func unpaid() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 2) {
            $0.modelChange = .milliseconds(5)
            $0.leavesOrdersUnpaid = true
        }
        let place = try await farm.start()
        let opened = try await farm.open(place)
        let text = play("resize: { model: \(Self.large), pay: false }") + "    timeout: 300ms\n"
        let (record, folder) = try await farm.run(text, opened)
        let failure = try #require(record.failures.first)
        #expect(failure.code == "unknown" && failure.advice?.contains("Unpaid Orders") == true)
        let order = try #require(failure.reason.split(separator: " ").dropFirst(2).first.map(String.init))
        #expect(failure.reason.hasPrefix("the order \(order) was placed, and the server has not changed within"))
        await farm.cloud.payOrder(order)
        let later = try await farm.open(place)
        let resumed = try await farm.run(text, later, resuming: folder).record
        #expect(resumed.failures.isEmpty, "\(resumed.failures)")
        #expect(farm.cloud.record.count("ChangeCloudPhoneServerModel") == 1)
        await farm.stop()
    }

    @Test("an order whose answer was lost is looked for on the server, and not placed again")
    func lostAnswer() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 2) { $0.modelChange = .milliseconds(5) }
        let opened = try await farm.open(try await farm.start())
        await farm.cloud.add(CloudFault(.dropsAnswer, operations: ["ChangeCloudPhoneServerModel"]))
        let record = try await farm.run(play("resize: \(Self.large)"), opened).record
        #expect(record.counts[.changed] == 1, "\(record.failures)")
        #expect(record.phones.first?.output("order") == .text(""))
        #expect(farm.cloud.record.count("ChangeCloudPhoneServerModel") == 1)
        await farm.stop()
    }

    @Test("servers that are paid by use are deleted by few calls, and are gone for the next run")
    func deleted() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 1) { $0.isPaidByUse = true }
        let opened = try await farm.open(try await farm.start())
        let record = try await farm.run(play("delete-server:"), opened).record
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        #expect(await farm.cloud.serverIDs.isEmpty)
        #expect((1...3).contains(farm.cloud.record.count("DeleteCloudPhoneServer")))
        let count = farm.cloud.record.count("DeleteCloudPhoneServer")
        let again = try await farm.run(play("delete-server:"), opened).record
        #expect(again.counts[.ok] == 3, "\(again.failures)")
        #expect(farm.cloud.record.count("DeleteCloudPhoneServer") == count)
        await farm.stop()
    }

    @Test("a server that is paid by the month is not asked to be deleted")
    func paidByPeriod() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        let record = try await farm.run(play("delete-server:"), opened).record
        #expect(record.failures.map(\.code) == ["paid-by-period"], "\(record.failures)")
        #expect(farm.cloud.record.count("DeleteCloudPhoneServer") == 0)
        #expect(await farm.cloud.serverIDs.count == 1)
        await farm.stop()
    }

    @Test(
        "a server gets new hardware with new phones, and one in the system's network needs a network of the account's")
    func changed() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 2) { $0.networkVersion = "v2" }
        let opened = try await farm.open(try await farm.start())
        let client = try opened.accounts.session(of: "main").client
        let image = try #require(try await client.all(ListCloudPhoneImagesOperation(imageType: "public")).first).id
        let before = Set(await farm.cloud.phoneIDs)
        let step = "phones: rx1.cp.c60.d92SSD.e1v1, image: \(image), address: 5_bgp, bandwidth: 100"
        let record = try await farm.run(play("change-server: { \(step), disk: 100GiB }"), opened).record
        #expect(record.counts[.changed] == 1, "\(record.failures)")
        let after = await farm.cloud.phoneIDs
        #expect(after.count == 2 && before.isDisjoint(with: after))
        let detail = try await client.send(ShowCloudPhoneDetailOperation(phoneID: after[0]))
        #expect(detail.volumeSize == 100 && detail.phone.modelName == "rx1.cp.c60.d92SSD.e1v1")
        await farm.stop()
        let other = try CloudFarm(servers: 1, phonesPerServer: 1)
        let plain = try await other.open(try await other.start())
        let refused = try await other.run(play("change-server: { \(step) }"), plain).record
        #expect(refused.failures.map(\.advice) == ["name `network` and `subnet`"], "\(refused.failures)")
        #expect(other.cloud.record.count("ChangeCloudPhoneServer") == 0)
        await other.stop()
    }

    @Test(
        "whoever goes on with a run that changed or deleted a server waits for the same job", arguments: [true, false])
    func resumed(isDeletion: Bool) async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 1) {
            $0.networkVersion = "v2"
            $0.isPaidByUse = true
            // The jobs outlast the test.
            $0.durations = JobDurations(kinds: [.changeServer: .seconds(600), .deleteServer: .seconds(600)])
        }
        let place = try await farm.start()
        let opened = try await farm.open(place)
        let client = try opened.accounts.session(of: "main").client
        let image = try #require(try await client.all(ListCloudPhoneImagesOperation(imageType: "public")).first).id
        let change = "change-server: { phones: rx1.cp.c60.d92SSD.e1v1, image: \(image), address: none, bandwidth: 100 }"
        let text = play(isDeletion ? "delete-server:" : change) + "    timeout: 300ms\n"
        let (record, folder) = try await farm.run(text, opened)
        #expect(record.counts[.timedOut] == 1, "\(record.failures)")
        let later = try await farm.open(place)
        let resumed = try await farm.run(text, later, resuming: folder).record
        #expect(resumed.counts[.timedOut] == 1, "\(resumed.failures)")
        let operation = isDeletion ? "DeleteCloudPhoneServer" : "ChangeCloudPhoneServer"
        #expect(farm.cloud.record.count(operation) == 1)
        await farm.stop()
    }
}
