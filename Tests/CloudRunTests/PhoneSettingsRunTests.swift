import CloudLinks
import DroverTesting
import Farm
import Journal
import Lanes
import Simulator
import Testing

/// Settings of cloud phones over the REST interface, judged by what the simulated service wrote down.
@Suite(.timeLimit(.minutes(3))) struct PhoneSettingsRunTests {
    private func play(_ step: String) -> String { "phones: all\nsteps:\n  - \(step)\n" }

    @Test("thirty phones of three servers are routed and expanded by few calls, and are left alone the next time")
    func coalesced() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 10)
        let opened = try await farm.open(try await farm.start())
        for (step, operation) in [
            ("route-traffic: routing", "ImportTraffic"), ("expand-disk: 64GiB", "ExpandPhoneDataVolumeSize"),
        ] {
            let record = try await farm.run(play(step), opened).record
            #expect(record.counts[.changed] == 30, "\(record.failures)")
            let count = farm.cloud.record.count(operation)
            #expect((1...6).contains(count), "\(operation): \(count)")
            let again = try await farm.run(play(step), opened).record
            #expect(again.counts[.ok] == 30, "\(again.failures)")
            #expect(farm.cloud.record.count(operation) == count)
        }
        let smaller = try await farm.run(play("expand-disk: 32GiB"), opened).record
        #expect(smaller.failures.map(\.code) == Array(repeating: "smaller", count: 30))
        await farm.stop()
    }

    @Test("where thirty phones are shown is asked by few calls, and no ticket is kept anywhere")
    func connections() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 10)
        let opened = try await farm.open(try await farm.start())
        let off = "phones: \(opened.inventory.phones[0].name)\nsteps:\n  - power: off\n"
        #expect(try await farm.run(off, opened).record.counts[.changed] == 1)
        let (record, folder) = try await farm.run(play("connection-info: { client: ANDROID }"), opened)
        #expect(record.counts[.ok] == 29, "\(record.failures)")
        #expect((3...9).contains(farm.cloud.record.count("BatchShowPhoneConnectInfos")))
        for phone in record.phones where phone.end?.failure == nil {
            guard case .integer(let port) = phone.output("port") else {
                Issue.record("\(phone.target.name) has no port")
                continue
            }
            #expect(port > 0)
        }
        let journal = try #require(RepositoryFile.text(at: folder.journalPath))
        #expect(journal.contains("connection-info") || journal.contains("port"))
        #expect(!journal.contains("ticket") && !journal.contains("session_id"))
        await farm.stop()
    }

    @Test("a run that was killed while disks were expanded goes on with their jobs and orders nothing twice")
    func resumed() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 4)
        let place = try await farm.start()
        let opened = try await farm.open(place)
        let ids = await farm.cloud.phoneIDs
        await farm.cloud.setFault(.endless, ofPhone: ids[0])
        let text = play("expand-disk: 64GiB") + "    timeout: 2s\n"
        let (record, folder) = try await farm.run(text, opened)
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        #expect(farm.cloud.record.count("ExpandPhoneDataVolumeSize") == 1)
        let later = try await farm.open(place)
        let resumed = try await farm.run(text, later, resuming: folder).record
        #expect(resumed.counts[.changed] == 3, "\(resumed.failures)")
        #expect(farm.cloud.record.count("ExpandPhoneDataVolumeSize") == 1)
        await farm.stop()
    }
}
