import CloudLinks
import DroverTesting
import Farm
import Foundation
import Journal
import Simulator
import Testing

/// What accounts show, and how ADB reaches it.
@Suite(.timeLimit(.minutes(3))) struct DiscoveryTests {
    private static let hello = "phones: all\nsteps:\n  - shell: echo hello\n    expect: { output: hello }\n"

    /// The ways by which the phones of a run were reached.
    private func ways(_ record: RunRecord) -> Set<String> {
        Set(record.phones.compactMap { $0.facts?.wayIn.split(separator: ", ").last.map(String.init) })
    }

    private func addressFile(_ farm: CloudFarm) throws -> String {
        let folder = "\(farm.folder.path)/addresses"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count == 1)
        return "\(folder)/\(try #require(names.first))"
    }

    @Test("phones are used over ADB, each asked for once, and the next run asks nobody")
    func direct() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 4)
        let place = try await farm.start()
        let opened = try await farm.open(place, adb: .direct)
        #expect(opened.inventory.phones.allSatisfy { $0.waysIn.map(\.isADB) == [true, false] && !$0.isBatched })
        #expect(farm.cloud.record.count("ShowCloudPhoneDetail") == 0)
        let first = try await farm.run(Self.hello, opened).record
        #expect(first.counts[.changed] == 8, "\(first.failures)")
        #expect(ways(first) == ["adb direct"])
        #expect(farm.cloud.record.count("ShowCloudPhoneDetail") == 8)
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.shellLines == 0 })
        let again = try await farm.run(Self.hello, opened).record
        #expect(again.counts[.changed] == 8, "\(again.failures)")
        let later = try await farm.run(Self.hello, try await farm.open(place, adb: .direct)).record
        #expect(later.counts[.changed] == 8, "\(later.failures)")
        #expect(ways(later) == ["adb direct"])
        #expect(farm.cloud.record.count("ShowCloudPhoneDetail") == 8)
        let mode = try FileManager.default.attributesOfItem(atPath: try addressFile(farm))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        await farm.stop()
    }

    @Test("a phone's power is its service's, also where its steps go over ADB")
    func power() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 3)
        let opened = try await farm.open(try await farm.start(), adb: .direct)
        let text = "phones: all\nsteps:\n  - shell: echo hello\n  - power: restart\n"
        let record = try await farm.run(text, opened).record
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.restarts == 1 && $0.shellLines == 0 })
        await farm.stop()
    }

    @Test("an address that leads nowhere is asked for once more; one of a phone that changed is not even tried")
    func changedAddress() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 3)
        let place = try await farm.start()
        _ = try await farm.run(Self.hello, try await farm.open(place, adb: .direct))
        let path = try addressFile(farm)
        let known = try String(contentsOfFile: path, encoding: .utf8)
        let lines = known.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        #expect(lines.count == 3)
        // The first has moved to where nobody is, the second was changed since, the third was cut short by a kill.
        let held = try HeldPorts(1)
        var first = lines[0]
        first[2] = "127.0.0.1:\(held.ports[0])"
        var second = lines[1]
        second[2] = first[2]
        second[3] = "2020-01-01T00:00:00Z"
        let stale = [first.joined(separator: "\t"), second.joined(separator: "\t")].joined(separator: "\n")
        try (stale + "\n" + lines[2].prefix(2).joined(separator: "\t")).write(
            toFile: path, atomically: false, encoding: .utf8)
        let before = farm.cloud.record.count("ShowCloudPhoneDetail")
        let told = Told()
        let opened = try await farm.open(place, adb: .direct, tell: told.add)
        let record = try await farm.run(Self.hello, opened).record
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        #expect(ways(record) == ["adb direct"])
        #expect(farm.cloud.record.count("ShowCloudPhoneDetail") == before + 3)
        // All three are right again, whoever reads them.
        let later = try await farm.run(Self.hello, try await farm.open(place, adb: .direct)).record
        #expect(ways(later) == ["adb direct"])
        #expect(farm.cloud.record.count("ShowCloudPhoneDetail") == before + 3)
        #expect(told.lines.isEmpty)
        await opened.accounts.forgetAddresses(of: opened.inventory.servers)
        #expect(!FileManager.default.fileExists(atPath: path))
        await farm.stop()
    }

    @Test("a file that others could have written is not believed")
    func openFile() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 2)
        let place = try await farm.start()
        _ = try await farm.run(Self.hello, try await farm.open(place, adb: .direct))
        let path = try addressFile(farm)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        let told = Told()
        let record = try await farm.run(
            Self.hello, try await farm.open(place, adb: .direct, tell: told.add)
        ).record
        #expect(ways(record) == ["adb direct"])
        #expect(farm.cloud.record.count("ShowCloudPhoneDetail") == 4)
        #expect(told.lines == ["\(path) was not read, since others can reach it; remove it"])
        await farm.stop()
    }

    @Test("phones without a port for ADB are used through their service, and one line says why")
    func withoutPort() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 2) { $0.tellsADB = false }
        let told = Told()
        let opened = try await farm.open(try await farm.start(), adb: .direct, tell: told.add)
        let record = try await farm.run(Self.hello, opened).record
        #expect(record.counts[.changed] == 2, "\(record.failures)")
        #expect(farm.cloud.record.count("ShowCloudPhoneDetail") == 2)
        #expect(
            told.lines.sorted()
                == opened.inventory.phones.map(\.name).sorted().map {
                    "\($0): it is used through the service of its cloud, without ADB: find the ADB port of a phone of farm-1: "
                        + "the cloud tells none; open the port `adb` of the phone in its cloud"
                })
        await farm.stop()
    }

    @Test("a server without a public address is told once for all of its phones")
    func withoutPublicAddress() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 3) { $0.publicHost = nil }
        let told = Told()
        let opened = try await farm.open(try await farm.start(), adb: .ssh(nil), tell: told.add)
        let record = try await farm.run(Self.hello, opened).record
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        #expect(
            told.lines == [
                "farm-1: its phones are used through the service of their cloud, without ADB: find the way to the phones of "
                    + "farm-1: the server has no public address; bind a public address (EIP) to it, or write `via: direct` "
                    + "inside its network"
            ])
        #expect(opened.discovered.encoders.allSatisfy { $0.route == nil })
        await farm.stop()
    }

    @Test("tags are labels, and encode services are members of the farm, behind their server where SSH reaches it")
    func tagsAndEncoders() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 2) {
            $0.tags = ["studio": "", "team": "red cats"]
            $0.encodersPerServer = 2
        }
        let place = try await farm.start()
        let opened = try await farm.open(place)
        #expect(opened.discovered.complaints.isEmpty)
        #expect(opened.inventory.phones.allSatisfy { $0.labels == ["studio", "team-red_cats"] })
        #expect(try opened.inventory.select("team-red_cats and farm-2").phones.count == 2)
        #expect(farm.cloud.record.count("ListResourceInstances") == 1)
        #expect(farm.cloud.record.count("ListEncodeServers") == 1)
        #expect(opened.inventory.encoders.count == 6)
        #expect(opened.inventory.encoders.allSatisfy { $0.route == nil && $0.labels == ["encode"] })
        #expect(opened.inventory.encoders[0].name == "farm-1/server-001-encode-1")
        let behind = try await farm.open(place, adb: .ssh(Keypair(name: "k", path: "k.pem"), port: 2222))
        let route = try #require(behind.inventory.encoders[0].route)
        #expect(route.description == "root@10.237.254.20:22 via \(farm.cloud.options.projectID)@127.0.0.1:2222")
        #expect(route.hops.map { $0.keypair?.name } == ["k", "k"])
        await farm.stop()
    }

    @Test("an account that keeps tags and encode services to itself shows its phones all the same")
    func forbidden() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 2) {
            $0.deniedOperations = ["ListResourceInstances", "ListEncodeServers"]
        }
        let opened = try await farm.open(try await farm.start())
        #expect(opened.inventory.phones.count == 2)
        #expect(opened.discovered.complaints.map(\.name) == ["main", "main"])
        #expect(opened.discovered.complaints.allSatisfy { $0.error.code == "CPS.0001" })
        await farm.stop()
    }

    @Test("five thousand phones are listed in sixty requests, and nobody is asked for an address")
    func fiveThousand() async throws {
        let farm = try CloudFarm(servers: 50, phonesPerServer: 100) { $0.opensADB = false }
        let opened = try await farm.open(try await farm.start(), adb: .ssh(nil))
        #expect(opened.inventory.phones.count == 5000)
        #expect(farm.cloud.record.calls.count <= 60, "\(farm.cloud.record.calls.count)")
        #expect(farm.cloud.record.count("ShowCloudPhoneDetail") == 0)
        #expect(farm.cloud.record.throttled.isEmpty)
        await farm.stop()
    }

    @Test("phones that are not there or do not run are targets, and the report says so")
    func roster() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 3)
        let place = try await farm.start()
        let off = try await farm.open(place)
        let stopped = try #require(off.inventory.phones.last)
        let text = "phones: name=\(stopped.name)\nsteps:\n  - power: off\n"
        #expect(try await farm.run(text, off).record.counts[.changed] == 1)
        let gone = Phone(
            name: "gone", waysIn: [.cloud(CloudPlace(account: "main", server: "farm-1", phone: "nobody"))],
            server: "farm-1", serial: "nobody")
        let opened = try await farm.open(place, phones: [gone])
        #expect(opened.inventory.phones.count == 4)
        #expect(try opened.inventory.select("missing").phones.map(\.name) == ["gone"])
        #expect(opened.inventory.phone(stopped.name)?.properties["cph.status"] == "shut down")
        let record = try await farm.run(Self.hello, opened).record
        #expect(record.counts[.changed] == 2, "\(record.failures)")
        #expect(record.phones.count == 4)
        let reasons = Dictionary(
            uniqueKeysWithValues: record.phones.map { ($0.target.name, "\($0.end?.failure?.reason ?? "-")") })
        #expect(reasons[stopped.name]?.contains("not running") == true, "\(reasons)")
        #expect(reasons["gone"] == "its server does not show it", "\(reasons)")
        #expect(record.counts[.lost] == 2, "\(record.counts)")
        await farm.stop()
    }
}
