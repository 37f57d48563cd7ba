import Farm
import PlaybookLanguage
import SourceText
import Testing

@Suite("Farm files with hosts over SSH")
struct SSHFarmFileTests {
    private static let sample = """
        keypairs:
          farm: ~/.ssh/farm.pem
          gate: { file: /keys/gate, passphrase: pin }
        secrets: { pin: { file: ~/pin } }
        servers:
          farm-[1-2]: { ssh: "root@10.0.0.[1-2]", keypair: farm, via: gate }
          rack-[1-2]: { adb-server: localhost, via: ssh, ssh: "rack-[1-2].lab", user: ops, port: 2222 }
          inner: { adb-server: 10.0.7.1, via: farm-1 }
          gate: { ssh: "ops@[fe80::1]:22022", keypair: gate, host-keys: strict }
        encoders:
          enc-[1-2]: { ssh: "root@10.0.9.[4-5]", via: farm-2, labels: [encode], server: farm-2, vars: { slot: 1 } }
          bare: root@10.0.9.9
        phones:
          cp-[1-2]: { adb: ["ssh 10.0.1.[7-8]:5555", "tcp:10.1.1.[7-8]:5555"], server: farm-1 }
          hidden: { adb: "ssh localhost:5555", via: enc-1 }
          usb: { serial: R5, server: rack-2 }
        """

    private func farm() throws -> Inventory { try FarmFileTests.read(Self.sample) }

    @Test func `phones are reached through the server that carries them, or another host`() throws {
        let farm = try farm()
        #expect(
            farm.phone("cp-2")?.waysIn.map(\.description) == ["ssh farm-1, 10.0.1.8:5555", "tcp:10.1.1.8:5555"])
        #expect(farm.phone("hidden")?.waysIn.map(\.description) == ["ssh enc-1, localhost:5555"])
        #expect(farm.phone("usb")?.waysIn.map(\.description) == ["ssh rack-2, server localhost:5037, R5"])
        #expect(try farm.select("farm-1").phones.map(\.name) == ["cp-1", "cp-2"])
    }

    @Test(
        arguments: [
            ("farm-2", "root@10.0.0.2:22 via ops@[fe80::1]:22022"), ("rack-2", "ops@rack-2.lab:2222"),
            ("inner", "root@10.0.0.1:22 via ops@[fe80::1]:22022"), ("gate", "ops@[fe80::1]:22022"),
        ])
    func `servers have a route over any number of hosts`(name: String, route: String) throws {
        #expect(try farm().server(name)?.route?.description == route)
    }

    @Test func `encoders have one, too`() throws {
        let farm = try farm()
        let encoder = try #require(farm.encoder("enc-2"))
        #expect(encoder.route?.description == "root@10.0.9.5:22 via ops@[fe80::1]:22022, root@10.0.0.2:22")
        #expect(encoder.labels == ["encode"])
        #expect(encoder.server == "farm-2")
        #expect(encoder.variables == ["slot": .integer(1)])
        #expect(farm.encoder("bare")?.route?.description == "root@10.0.9.9:22")
    }

    @Test func `keys, policies and names come with the hosts`() throws {
        let route = try #require(try farm().server("farm-1")?.route)
        #expect(route.hops.map(\.name) == ["gate", "farm-1"])
        #expect(route.hops.map(\.hostKeys) == [.strict, .pin])
        #expect(route.host.keypair == Keypair(name: "farm", path: "~/.ssh/farm.pem"))
        #expect(route.hops[0].keypair == Keypair(name: "gate", path: "/keys/gate", passphrase: "pin"))
        #expect(route.via == SSHRoute(to: route.hops[0]))
    }

    @Test(
        arguments: [
            ("servers: { r: { adb-server: rack.lab } }", ["clear-adb-server"]),
            ("servers: { \"r-[1-9]\": { adb-server: \"10.0.0.[1-9]\" } }", ["clear-adb-server"]),
            ("servers: { r: { adb-server: localhost } }", []), ("servers: { r: { adb-server: 127.0.0.2:1 } }", []),
            ("servers: { r: { adb-server: \"[::1]:5037\" } }", []),
            ("servers: { r: { adb-server: 10.0.0.1, ssh: a@b } }", []),
            ("servers: { r: { ssh: a@b, host-keys: off } }", ["unchecked-host-key"]),
            ("servers: { r: { adb-server: 127.0.0.2.evil.com } }", ["clear-adb-server"]),
        ])
    func `what is open to others is warned about`(text: String, rules: [String]) throws {
        var diagnostics = Diagnostics()
        #expect(FarmFile.read(SourceFile(name: "farm.yml", text: text), &diagnostics) != nil)
        #expect(diagnostics.sorted.map(\.rule) == rules)
        #expect(!diagnostics.hasErrors)
    }
}
