import Farm
import Testing

@Suite struct InventoryTests {
    private let rack = Server(name: "rack-1", adbServer: Address(host: "rack-1.lab", port: 5037))

    private func phone(_ name: String, labels: [String] = [], server: String? = nil) -> Phone {
        Phone(name: name, waysIn: [.tcp(Address(host: "h", port: 1))], labels: labels, server: server)
    }

    @Test func `a clash of names tells both kinds`() {
        let mistakes = Inventory.mistakes(
            phones: [phone("a"), phone("a"), phone("rack-1"), phone("b", labels: ["b"])], servers: [rack],
            groups: [Group(name: "b", selector: "a")])
        #expect(
            mistakes.filter { $0.code == .nameClash }.map(\.reason) == [
                "two phones are called \"a\"", "a server and a phone are both called \"rack-1\"",
                "a phone and a group are both called \"b\"", "a group and a label are both called \"b\"",
            ])
    }

    @Test func `a phone needs a way in and a server that exists`() {
        let mistakes = Inventory.mistakes(
            phones: [Phone(name: "a", waysIn: []), phone("b", server: "rack1")], servers: [rack], groups: [])
        #expect(mistakes.map(\.code) == [.noWayIn, .unknownName])
        #expect(mistakes.last?.suggestion == "did you mean rack-1?")
    }

    @Test func `groups that go round in a circle are refused`() {
        let mistakes = Inventory.mistakes(
            phones: [phone("x")], servers: [],
            groups: [
                Group(name: "a", selector: "b or x"), Group(name: "b", selector: "c"), Group(name: "c", selector: "a"),
                Group(name: "d", selector: "a"), Group(name: "e", selector: "e"),
            ])
        #expect(mistakes.map(\.code) == [.groupCycle, .groupCycle, .groupCycle, .groupCycle])
        #expect(mistakes.first?.reason == "group \"a\" is defined by itself: a -> b -> c -> a")
        #expect(mistakes.last?.reason == "group \"e\" is defined by itself: e -> e")
    }

    @Test func `a group's mistake points into its selector`() {
        let mistakes = Inventory.mistakes(
            phones: [phone("px8-01")], servers: [],
            groups: [Group(name: "g", selector: "px8-01, px9-01"), Group(name: "h", selector: "a and")])
        #expect(mistakes.map(\.text) == ["px8-01, px9-01", "a and"])
        #expect(mistakes.map(\.offset) == [8, 5])
    }

    @Test func `a discovered phone is called by its server and serial`() throws {
        let farm = try Inventory(servers: [rack]).adding(discovered: [
            DiscoveredPhone(server: "rack-1", serial: "R5CT10XYZAB"),
            DiscoveredPhone(server: "rack-1", serial: "bad serial\u{1B}[2J"),
        ])
        #expect(farm.phones.map(\.name) == ["rack-1/R5CT10XYZAB", "rack-1/bad_serial__2J"])
        #expect(farm.phones.map(\.serial) == ["R5CT10XYZAB", "bad serial\u{1B}[2J"])
        #expect(try farm.select("rack-1").phones.count == 2)
    }

    @Test func `a phone of the roster keeps its name and stays when it is absent`() throws {
        let roster = [
            Phone(name: "a54-01", serial: "R5CT10XYZAB", at: rack),
            Phone(name: "a54-02", serial: "R5CT10XYZAC", at: rack),
        ]
        let farm = try Inventory(phones: roster, servers: [rack]).adding(discovered: [
            DiscoveredPhone(server: "rack-1", serial: "R5CT10XYZAB", properties: ["ro.product.model": "SM-A546B"])
        ])
        #expect(farm.phones.map(\.name) == ["a54-01", "a54-02"])
        #expect(farm.phone("a54-01")?.properties == ["ro.product.model": "SM-A546B"])
    }

    @Test func `phones with one serial are told apart by their USB path`() throws {
        let serial = "0123456789ABCDEF"
        let known = Phone(
            name: "left", waysIn: [try #require(rack.wayIn(serial: serial, usbPath: "usb:1-4.2"))], server: "rack-1",
            serial: serial)
        let careless = Phone(name: "any", serial: serial, at: rack)
        let farm = try Inventory(phones: [known, careless], servers: [rack]).adding(discovered: [
            DiscoveredPhone(server: "rack-1", serial: serial, usbPath: "usb:1-4.1"),
            DiscoveredPhone(server: "rack-1", serial: serial, usbPath: "usb:1-4.2"),
        ])
        #expect(farm.phones.map(\.name) == ["left", "any", "rack-1/0123456789ABCDEF@usb:1-4.1"])
        #expect(farm.phones.last?.waysIn == [try #require(rack.wayIn(serial: serial, usbPath: "usb:1-4.1"))])
    }

    @Test func `no serial that a phone may tell spoils the farm`() throws {
        let serials = [
            "", ".", "..", "../../etc", "-rf", String(repeating: "\u{4E2D}", count: 500), "all", "a\0b", "[1-9]",
        ]
        let farm = try Inventory(servers: [rack]).adding(
            discovered: serials.map { DiscoveredPhone(server: "rack-1", serial: $0, usbPath: "../\($0)") })
        #expect(farm.phones.count == serials.count)
        #expect(farm.phones.map(\.serial) == serials)
        for phone in farm.phones {
            #expect(phone.name.hasPrefix("rack-1/"))
            #expect(try ContainedPath(root: "/srv").appending(phone.name).components.count == 2)
            #expect(try farm.select(NameFolding.fold([phone.name])).phones == [phone])
        }
    }

    @Test func `two serials that read alike get two names`() throws {
        let farm = try Inventory(servers: [rack]).adding(discovered: [
            DiscoveredPhone(server: "rack-1", serial: "a b"), DiscoveredPhone(server: "rack-1", serial: "a_b"),
        ])
        #expect(farm.phones.map(\.name) == ["rack-1/a_b", "rack-1/a_b#2"])
    }

    @Test func `a phone's variables go before its groups' and the farm's`() throws {
        let own = Phone(
            name: "a", waysIn: [.tcp(Address(host: "h", port: 1))], variables: ["shelf": .integer(3)])
        let farm = try Inventory(
            phones: [own, phone("b")], servers: [],
            groups: [
                Group(name: "g", selector: "all", variables: ["shelf": .integer(2), "lab": .text("north")]),
                Group(name: "h", selector: "b", variables: ["lab": .text("south")]),
            ], variables: ["lab": .text("none"), "wifi": .boolean(true)])
        let variables = farm.phoneVariables()
        #expect(variables["a"] == ["shelf": .integer(3), "lab": .text("north"), "wifi": .boolean(true)])
        #expect(variables["b"] == ["shelf": .integer(2), "lab": .text("south"), "wifi": .boolean(true)])
    }

    @Test func `a limit is at least one`() throws {
        #expect(throws: FarmError.self) { try Limits(perUSBHost: 0) }
        #expect(try Limits(run: 5).perUSBHost == Limits.default.perUSBHost)
    }
}
