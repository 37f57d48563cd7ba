import Farm
import PlaybookLanguage
import SourceText
import Testing

@Suite struct FarmFileTests {
    static let sample = """
        servers:
          rack-1: { adb-server: rack-1.lab:5037 }
          rack-[2-3]: { adb-server: "10.0.9.[2-3]" }
        phones:
          px8-[01-03]: { adb: "tcp:10.0.4.[11-13]:5555", labels: [pixel], vars: { lane: 3, names: [a, b] } }
          a54-01: { serial: R5CT10XYZAB, server: rack-1, labels: galaxy }
          two-ways: { adb: ["tcp:10.0.5.1:5555", "server rack-9.lab:5038"], serial: 007A }
          plain: tcp:127.0.0.1:5001
        groups:
          studio-a: px8-[01-02], a54-01
          gold: { phones: pixel and not px8-01, vars: { tier: 1 } }
        limits: { run: 200, per-server: 16, per-usb-host: 4 }
        vars: { region: north }
        """

    static func read(_ text: String) throws -> Inventory {
        var diagnostics = Diagnostics()
        let farm = FarmFile.read(SourceFile(name: "farm.yml", text: text), &diagnostics)
        return try #require(farm, "\(DiagnosticPrinter().text(of: diagnostics))")
    }

    @Test func `a farm file becomes phones with their ways in`() throws {
        let farm = try Self.read(Self.sample)
        #expect(farm.phones.map(\.name) == ["px8-01", "px8-02", "px8-03", "a54-01", "two-ways", "plain"])
        #expect(farm.phone("px8-02")?.waysIn.map(\.description) == ["tcp:10.0.4.12:5555"])
        #expect(farm.phone("px8-02")?.variables == ["lane": .integer(3), "names": .list([.text("a"), .text("b")])])
        #expect(
            farm.phone("a54-01")?.waysIn == [
                .server(Address(host: "rack-1.lab", port: 5037), serial: "R5CT10XYZAB", usbPath: nil)
            ])
        #expect(farm.phone("a54-01")?.labels == ["galaxy"])
        #expect(farm.phone("two-ways")?.waysIn.count == 2)
        #expect(farm.phone("plain")?.waysIn.map(\.description) == ["tcp:127.0.0.1:5001"])
        #expect(farm.servers.map(\.name) == ["rack-1", "rack-2", "rack-3"])
        #expect(farm.server("rack-3")?.adbServer?.description == "10.0.9.3:5037")
        #expect(farm.groups.map(\.name) == ["studio-a", "gold"])
        #expect(farm.groups[1].variables == ["tier": .integer(1)])
        #expect(farm.limits.run == 200)
        #expect(farm.limits.perServer == 16)
        #expect(farm.limits.perUSBHost == 4)
        #expect(farm.variables == ["region": .text("north")])
        #expect(try farm.select("gold").phones.map(\.name) == ["px8-02", "px8-03"])
    }

    @Test func `a thousand phones are one line`() throws {
        let farm = try Self.read("phones: { \"sim-[0001-1000]\": \"tcp:127.0.0.1:[5001-6000]\" }")
        #expect(farm.phones.count == 1000)
        #expect(farm.phone("sim-1000")?.waysIn.map(\.description) == ["tcp:127.0.0.1:6000"])
    }
}
