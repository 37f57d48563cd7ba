import DroverTesting
import Farm
import Testing

@Suite struct NameRangeTests {
    @Test(arguments: [
        ("px8-01", ["px8-01"]),
        ("px8-[01-03]", ["px8-01", "px8-02", "px8-03"]),
        ("px8-[9-11]", ["px8-9", "px8-10", "px8-11"]),
        ("px8-[08-11]", ["px8-08", "px8-09", "px8-10", "px8-11"]),
        ("px8-[099-101]", ["px8-099", "px8-100", "px8-101"]),
        ("r[1-2]-[01-02]x", ["r1-01x", "r1-02x", "r2-01x", "r2-02x"]),
        ("[0-1]", ["0", "1"]),
        ("a[5-5]", ["a5"]),
    ])
    func `brackets are ranges and zeros are kept`(text: String, names: [String]) throws {
        #expect(try NameRange(parsing: text).names == names)
    }

    @Test(arguments: [
        ("px8-[01-24", 4, FarmError.Code.badRange), ("px8-01]", 6, .badRange), ("px8-[]", 4, .badRange),
        ("px8-[1,2]", 4, .badRange), ("px8-[a-c]", 4, .badRange), ("px8-[3]", 4, .badRange),
        ("px8-[1-2-3]", 4, .badRange),
        ("px8-[24-01]", 4, .badRange), ("px8-[001-24]", 4, .badRange), ("px8-[1-024]", 4, .badRange),
        ("px8-[-3]", 4, .badRange), ("px8-[1-9999999999999999999]", 4, .badRange),
        ("px8-[000001-100001]", 4, .tooManyNames), ("[1-1000]-[1-101]", 9, .tooManyNames),
        ("[0-999999999999999999][0-999999999999999999]", 0, .tooManyNames),
        ("-px", 0, .badName), ("px 8", 2, .badName), ("all", 0, .badName), ("", 0, .badName), ("px*", 2, .badName),
        ("..", 0, .badName), ("a//b", 0, .badName),
        ("/a", 0, .badName), ("a/../b", 0, .badName),
    ])
    func `a wrong range says where`(text: String, offset: Int, code: FarmError.Code) {
        let error = #expect(throws: FarmError.self) { try NameRange(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test func `names are paired with addresses in order`() throws {
        let names = try NameRange(parsing: "px8-[01-03]")
        let byHost = try names.paired(with: AddressRange(parsing: "10.0.4.[11-13]:5555"))
        #expect(byHost.map(\.name) == names.names)
        #expect(byHost.map(\.address.description) == ["10.0.4.11:5555", "10.0.4.12:5555", "10.0.4.13:5555"])
        let byPort = try names.paired(with: AddressRange(parsing: "[::1]:[5001-5003]"))
        #expect(byPort.map(\.address.port) == [5001, 5002, 5003])
    }

    @Test func `ranges of different lengths are not paired`() throws {
        let addresses = try AddressRange(parsing: "10.0.4.11:5555")
        let error = #expect(throws: FarmError.self) {
            _ = try NameRange(parsing: "px8-[01-24]").paired(with: addresses)
        }
        #expect(error?.code == .unevenRanges)
        #expect(error?.reason == "px8-[01-24] stands for 24 names, but 10.0.4.11:5555 for 1 address")
    }

    @Test func `an address range is wrong when one of its addresses is`() {
        let error = #expect(throws: FarmError.self) { try AddressRange(parsing: "h:[65534-65537]") }
        #expect(error?.code == .badAddress)
        #expect(error?.text == "h:[65534-65537]")
    }
}

@Suite struct NameFoldingTests {
    @Test(
        arguments: [
            ([], ""),
            (["sim-001"], "sim-001"),
            (["sim-001", "sim-002", "sim-004"], "sim-[001-002], sim-004"),
            (["sim-004", "sim-002", "sim-001", "sim-002"], "sim-[001-002], sim-004"),
            (["p8", "p9", "p10", "p11"], "p[8-11]"),
            (["p08", "p09", "p10"], "p[08-10]"),
            (["p1", "p01", "p2", "p02"], "p[1-2], p[01-02]"),
            (["r1-01", "r1-02", "r2-01", "r2-02", "r3-01"], "r[1-2]-[01-02], r3-01"),
            (["gold", "px8-1", "a54-1"], "a54-1, gold, px8-1"),
            (["rack-1/R5CT10", "rack-1/R5CT11"], "rack-1/R5CT[10-11]"),
            (["x99", "x100"], "x[99-100]"),
            (["s12345678901234567890", "s12345678901234567891"], "s12345678901234567890, s12345678901234567891"),
        ] as [([String], String)])
    func `names are folded`(names: [String], text: String) {
        #expect(NameFolding.fold(names) == text)
    }

    @Test func `what is folded selects the same names again`() throws {
        var numbers = SeededNumbers(seed: 7)
        for _ in 0..<500 {
            let names = (0..<Int.random(in: 1...40, using: &numbers)).map { _ in
                let stem = ["sim-", "px8-", "r", "rack-1/"].randomElement(using: &numbers) ?? ""
                let first = Int.random(in: 0...12, using: &numbers)
                let number = Bool.random(using: &numbers) && first < 10 ? "0\(first)" : "\(first)"
                let second = Int.random(in: 0...3, using: &numbers)
                return stem + number + (Bool.random(using: &numbers) ? "-\(second)" : "")
            }
            let phones = Set(names).union(["sim-99x", "other"]).sorted().map { phone($0) }
            let farm = try Inventory(phones: phones)
            let folded = NameFolding.fold(names)
            #expect(Set(try farm.select(folded).phones.map(\.name)) == Set(names), "\(folded)")
        }
    }

    @Test(
        "a message shows the first of many names, and counts the others",
        arguments: [
            ([], ""),
            (["a", "b"], "a, b"),
            (["p1", "p3", "p5"], "p1, p3, p5"),
            (["p1", "p3", "p5", "p7"], "p1, p3 and 2 more"),
            (["p1", "p3", "p5", "p7", "p8", "p9"], "p1, p3 and 4 more"),
            (["p1", "p2", "p3", "p5", "r1-1", "r1-2", "r2-1", "r2-2", "x"], "p[1-3], p5 and 5 more"),
        ] as [([String], String)])
    func brief(names: [String], text: String) {
        #expect(NameFolding.brief(names, most: 2) == text)
    }

    private func phone(_ name: String) -> Phone {
        Phone(name: name, waysIn: [.tcp(Address(host: "h", port: 1))])
    }
}
