import Farm
import Testing

@Suite struct PhoneHealthTests {
    private func farm() throws -> Inventory {
        let r1 = Address(host: "r1", port: 5037)
        let rack = Server(name: "rack-1", adbServer: r1)
        let other = Server(name: "rack-2", adbServer: Address(host: "r2", port: 5037))
        return try Inventory(
            phones: [
                Phone(name: "net", waysIn: [.tcp(Address(host: "h", port: 1))]),
                Phone(name: "here", serial: "A", at: rack), Phone(name: "gone", serial: "B", at: rack),
                Phone(name: "elsewhere", serial: "A", at: other),
                Phone(
                    name: "both",
                    waysIn: [
                        .server(r1, serial: "C", usbPath: nil), .tcp(Address(host: "h", port: 2)),
                    ]),
                Phone(name: "port", waysIn: [.server(r1, serial: "D", usbPath: "1-2")]),
            ], servers: [rack, other], groups: [Group(name: "fit", selector: "healthy and not net")])
    }

    @Test func `who only hangs at a server that does not show it is missing`() throws {
        let farm = try farm()
        let shown = [
            DiscoveredPhone(server: "rack-1", serial: "A"),
            DiscoveredPhone(server: "rack-1", serial: "?", usbPath: "1-2"),
            DiscoveredPhone(server: "nowhere", serial: "B"),
        ]
        #expect(farm.missingPhones(among: shown) == ["gone", "elsewhere"])
        #expect(farm.missingPhones(among: []) == ["here", "gone", "elsewhere", "port"])
    }

    @Test(
        arguments: [
            ("healthy", ["here", "both", "port"]), ("quarantined", ["net"]), ("missing", ["gone", "elsewhere"]),
            ("all", ["net", "here", "gone", "elsewhere", "both", "port"]),
            ("not healthy", ["net", "gone", "elsewhere"]),
            ("fit", ["here", "both", "port"]), ("rack-1 and missing", ["gone"]), ("net", ["net"]),
            ("pick 100% of (healthy)", ["here", "both", "port"]),
        ])
    func `states are words like names`(selector: String, expected: [String]) throws {
        let farm = try farm().adding(
            health: PhoneHealth(quarantined: ["net", "who"], missing: ["gone", "elsewhere"]))
        #expect(try farm.select(selector).phones.map(\.name) == expected)
    }

    @Test func `what is known of health stays through discovery, and everybody is well at first`() throws {
        let health = PhoneHealth(quarantined: ["net"])
        let farm = try farm()
        #expect(farm.health == PhoneHealth())
        let found = [DiscoveredPhone(server: "rack-2", serial: "Z")]
        let later = try farm.adding(health: health).adding(discovered: found)
        #expect(later.health == health)
        #expect(try later.select("healthy").phones.count == 6)
    }

    @Test(arguments: ["healthy", "quarantined", "missing"])
    func `a state cannot be the name of anything`(word: String) throws {
        let address = Address(host: "h", port: 1)
        for phone in [
            Phone(name: word, waysIn: [.tcp(address)]), Phone(name: "p", waysIn: [.tcp(address)], labels: [word]),
        ] {
            #expect(throws: FarmError.self) { try Inventory(phones: [phone]) }
        }
        #expect(throws: FarmError.self) { try Inventory(groups: [Group(name: word, selector: "all")]) }
        let refusal = #expect(throws: FarmError.self) { try farm().select("net \(word)") }
        #expect(refusal?.reason == "a comma, \"and\", \"or\" or \"and not\" is due before this")
        #expect(throws: FarmError.self) { try farm().select(word.uppercased()) }
    }
}
