import Farm
import Testing

@Suite struct PickTests {
    private func farm(_ count: Int, models: Int) throws -> Inventory {
        try Inventory(
            phones: (1...count).map { number in
                Phone(
                    name: "p-\(number)", waysIn: [.tcp(Address(host: "h", port: 1))],
                    labels: number <= 10 ? ["few"] : [],
                    properties: models == 0 ? [:] : ["ro.product.model": "M\(number % models)"])
            })
    }

    @Test(arguments: [0, 1, 77, UInt64.max])
    func `one phone of each model is picked first`(seed: UInt64) throws {
        let picked = try farm(100, models: 7).select("pick 7", seed: seed).phones
        #expect(Set(picked.map { $0.properties["ro.product.model"] ?? "" }).count == 7)
    }

    @Test func `the same seed picks the same phones, another seed others`() throws {
        let farm = try farm(1000, models: 3)
        let first = try farm.select("pick 20", seed: 5).phones
        #expect(try farm.select("pick 20", seed: 5).phones == first)
        #expect(try farm.select("pick 20", seed: 6).phones != first)
    }

    @Test func `a phone that goes moves nobody else`() throws {
        let farm = try farm(200, models: 0)
        let before = try farm.select("pick 20", seed: 9).phones.map(\.name)
        let gone = before[0]
        let rest = try Inventory(phones: farm.phones.filter { $0.name != gone })
        let after = try rest.select("pick 20", seed: 9).phones.map(\.name)
        #expect(Set(before).subtracting(after) == [gone])
    }

    @Test(arguments: [
        ("pick 10%", 10), ("pick 1%", 1), ("pick 15% of (few)", 2), ("pick 100% of (few)", 10), ("pick 99", 99),
    ])
    func `a share is rounded up`(selector: String, count: Int) throws {
        #expect(try farm(100, models: 2).select(selector).phones.count == count)
    }

    @Test func `phones whose model is unknown are asked for it`() throws {
        let selection = try farm(20, models: 0).select("pick 2 of (few)")
        #expect(selection.phones.count == 2)
        #expect(selection.undecided.isEmpty)
        #expect(selection.toAsk.count == 10)
    }

    @Test func `undecided candidates are picked only when others do not suffice`() throws {
        let farm = try farm(20, models: 0)
        let selector = try farm.bind(PhoneSelector(parsing: "pick 3 of (few and sdk=33)"))
        let known = Dictionary(
            uniqueKeysWithValues: (1...8).map { number in
                ("p-\(number)", ["ro.build.version.sdk": number <= 2 ? "33" : "30"])
            })
        let selection = selector.evaluate(known: known)
        #expect(selection.phones.count == 3)
        #expect(selection.undecided.isSubset(of: ["p-9", "p-10"]))
        #expect(selection.undecided.count == 1)
    }
}
