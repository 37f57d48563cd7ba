import Farm
import Testing

@Suite struct `Selectors over encoders` {
    private static let farm = Result {
        let host = try SSHRoute(to: SSHHop(address: Address(parsing: "10.0.9.4:22"), user: "root"))
        let server = try Server(name: "rack-1", adbServer: Address(parsing: "localhost:5037"))
        return try Inventory(
            phones: ["px-1", "px-2", "px-3"].map { name in
                Phone(name: name, waysIn: [.tcp(host.host.address)], labels: ["pixel", "gold"], server: "rack-1")
            },
            servers: [server],
            encoders: [
                Encoder(name: "enc-01", route: host, labels: ["gold"], server: "rack-1"),
                Encoder(name: "enc-02", route: host, labels: ["edge"]),
                Encoder(name: "enc-03", route: nil, labels: ["edge"]),
            ],
            groups: [
                Group(name: "studio-a", selector: "px-1, enc-[01-02]"), Group(name: "few", selector: "pick 2"),
                Group(name: "not-pixel", selector: "not pixel"),
            ])
    }

    @Test(arguments: [
        ("all", "enc-01 enc-02 enc-03"), ("enc-[01-02]", "enc-01 enc-02"), ("enc*", "enc-01 enc-02 enc-03"),
        ("gold", "enc-01"), ("rack-1", "enc-01"), ("studio-a", "enc-01 enc-02"), ("edge and not studio-a", "enc-03"),
        ("label=edge", "enc-02 enc-03"), ("server=rack-1", "enc-01"), ("name=enc-03", "enc-03"),
        ("not-pixel", "enc-01 enc-02 enc-03"), ("not gold", "enc-02 enc-03"),
    ])
    func `name, label, server, group and glob pick encoders alone`(selector: String, expected: String) throws {
        let selection = try Self.farm.get().select(selector, picking: .encoder)
        #expect(selection.encoders.map(\.name).joined(separator: " ") == expected)
        #expect(selection.phones.isEmpty)
    }

    @Test(arguments: [
        ("all", "px-1 px-2 px-3"), ("gold", "px-1 px-2 px-3"), ("studio-a", "px-1"), ("rack-1", "px-1 px-2 px-3"),
    ])
    func `the same selectors in a play for phones pick phones alone`(selector: String, expected: String) throws {
        let selection = try Self.farm.get().select(selector)
        #expect(selection.phones.map(\.name).joined(separator: " ") == expected)
        #expect(selection.encoders.isEmpty)
    }

    @Test func `a pick takes from the kind that the play is for, also inside a group`() throws {
        let farm = try Self.farm.get()
        for selector in ["pick 2", "few", "pick 50% of (all)"] {
            #expect(try farm.select(selector, picking: .encoder, seed: 3).encoders.count == 2, "\(selector)")
        }
        #expect(try farm.select("few", seed: 3).phones.count == 2)
        let selection = try farm.select("pick 2", picking: .encoder)
        #expect(selection.toAsk.isEmpty)
    }

    @Test(arguments: [
        ("px-1", TargetID.Kind.encoder, #""px-1" is a phone, and encoders are picked here"#),
        ("enc-01", .phone, #""enc-01" is an encoder, and phones are picked here"#),
        ("edge", .phone, #"no phone has the label "edge", only encoders have"#),
        ("pixel", .encoder, #"no encoder has the label "pixel", only phones have"#),
        ("sdk=33..", .encoder, #"encoders have no property "sdk""#),
        ("enc-99", .encoder, #"nothing in the farm is called "enc-99""#),
        ("name=enc-9", .encoder, #"the farm has no encoder "enc-9""#),
        ("px*", .encoder, #"nothing in the farm fits "px*""#),
    ])
    func `what another kind of selector picks is refused by name`(
        selector: String, kind: TargetID.Kind, reason: String
    ) throws {
        let error = #expect(throws: FarmError.self) { try Self.farm.get().select(selector, picking: kind) }
        #expect(error?.reason == reason)
    }

    @Test func `a limit names members of any kind and narrows each play to its own`() throws {
        let farm = try Self.farm.get()
        let limit = try farm.bind(PhoneSelector(parsing: "px-2, enc-03, sdk=33"), isLimit: true)
        let encoders = try farm.bind(PhoneSelector(parsing: "all"), picking: .encoder).evaluate(limit: limit)
        #expect(encoders.encoders.map(\.name) == ["enc-03"])
        let phones = try farm.bind(PhoneSelector(parsing: "all"))
        let known = ["px-1": ["ro.build.version.sdk": "30"], "px-2": [:], "px-3": ["ro.build.version.sdk": "33"]]
        #expect(phones.evaluate(known: known, limit: limit).phones.map(\.name) == ["px-2", "px-3"])
    }

    @Test func `an encoder shares its name with nothing, and is at a server that there is`() throws {
        let address = try Address(parsing: "10.0.0.1:5555")
        let mistakes = Inventory.mistakes(
            phones: [Phone(name: "one", waysIn: [.tcp(address)], labels: ["two"])], servers: [],
            encoders: [Encoder(name: "one", route: nil, server: "rack"), Encoder(name: "two", route: nil)], groups: [])
        #expect(
            mistakes.map(\.reason) == [
                #"a phone and an encoder are both called "one""#,
                #"encoder "one" is at server "rack", which the farm does not have"#,
                #"an encoder and a label are both called "two""#,
            ])
    }

    @Test func `discovery adds phones and keeps the encoders in their places`() throws {
        let farm = try Self.farm.get().adding(discovered: [DiscoveredPhone(server: "rack-1", serial: "R5CT")])
        #expect(farm.encoder("enc-03")?.name == "enc-03")
        #expect(try farm.select("enc-02", picking: .encoder).encoders.map(\.name) == ["enc-02"])
        #expect(farm.members(ofGroup: "studio-a", picking: .encoder).encoders.map(\.name) == ["enc-01", "enc-02"])
        #expect(farm.members(ofGroup: "nobody").phones.isEmpty)
    }
}
