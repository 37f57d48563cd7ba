import DroverTesting
import Farm
import Testing

@Suite struct PhoneSelectorTests {
    private static let farm = Result {
        let rack = Server(name: "rack-1", adbServer: Address(host: "rack-1.lab", port: 5037))
        let empty = Server(name: "rack-2", adbServer: Address(host: "rack-2.lab", port: 5037))
        func phone(_ name: String, _ labels: [String], _ server: String?, _ model: String, _ sdk: String) -> Phone {
            Phone(
                name: name, waysIn: [.tcp(Address(host: "h", port: 1))], labels: labels, server: server,
                serial: "S" + name,
                properties: [
                    "ro.product.model": model, "ro.build.version.sdk": sdk, "ro.build.version.release": "7.1.2",
                ])
        }
        return try Inventory(
            phones: [
                phone("px8-01", ["pixel", "gold"], nil, "Pixel 8", "34"),
                phone("px8-02", ["pixel"], nil, "Pixel 8", "35"),
                phone("px7-01", ["pixel"], nil, "Pixel 7", "33"),
                phone("a54-01", ["gold"], "rack-1", "SM-A546B", "29"),
                phone("a54-02", [], "rack-1", "SM-A546B", ""),
            ], servers: [rack, empty],
            groups: [
                Group(name: "studio-a", selector: "px8-[01-02], rack-1"),
                Group(name: "new", selector: "studio-a and sdk=34.."),
                Group(name: "usb", selector: "rack-1/R5*"),
            ])
    }

    private func names(_ selector: String) throws -> [String] {
        try Self.farm.get().select(selector).phones.map(\.name)
    }

    @Test(arguments: [
        ("all", "px8-01 px8-02 px7-01 a54-01 a54-02"),
        ("*", "px8-01 px8-02 px7-01 a54-01 a54-02"),
        ("px8-01", "px8-01"),
        ("px8-[01-02]", "px8-01 px8-02"),
        ("px?-01", "px8-01 px7-01"),
        ("rack-1", "a54-01 a54-02"),
        ("rack-2", ""),
        ("rack-*", "a54-01 a54-02"),
        ("pixel, gold", "px8-01 px8-02 px7-01 a54-01"),
        ("pixel or gold", "px8-01 px8-02 px7-01 a54-01"),
        ("pixel and gold", "px8-01"),
        ("pixel and not gold", "px8-02 px7-01"),
        ("not pixel", "a54-01 a54-02"),
        ("not not pixel", "px8-01 px8-02 px7-01"),
        ("not pixel, px8-01", "px8-01 a54-01 a54-02"),
        ("(pixel or gold) and not (rack-1, px7-01)", "px8-01 px8-02"),
        ("studio-a", "px8-01 px8-02 a54-01 a54-02"),
        ("studio-a and not px8-[01-01]", "px8-02 a54-01 a54-02"),
        ("stud*", "px8-01 px8-02 a54-01 a54-02"),
        ("new", "px8-01 px8-02"),
        ("usb", ""),
        ("model=Pixel*", "px8-01 px8-02 px7-01"),
        ("model=\"Pixel 8\"", "px8-01 px8-02"),
        ("model='Pixel 7', rack-1", "px7-01 a54-01 a54-02"),
        ("model=pixel*", ""),
        ("sdk=33..", "px8-01 px8-02 px7-01"),
        ("sdk=..29", "a54-01"),
        ("sdk=33..34", "px8-01 px7-01"),
        ("sdk=34", "px8-01"),
        ("not sdk=33..", "a54-01 a54-02"),
        ("android=7..", "px8-01 px8-02 px7-01 a54-01 a54-02"),
        ("android=..7.1", ""),
        ("ro.build.version.sdk=35", "px8-02"),
        ("label=gold", "px8-01 a54-01"),
        ("label=g*", "px8-01 a54-01"),
        ("server=rack-1", "a54-01 a54-02"),
        ("serial=Spx*", "px8-01 px8-02 px7-01"),
        ("name=px8-*", "px8-01 px8-02"),
        ("pick 100 of (gold)", "px8-01 a54-01"),
        ("pick 100%", "px8-01 px8-02 px7-01 a54-01 a54-02"),
    ])
    func `a selector picks`(selector: String, expected: String) throws {
        #expect(try names(selector).joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("", 0, "the selector is empty, and an empty selector never means all; write all if you mean every phone"),
        ("  ", 0, "the selector is empty, and an empty selector never means all; write all if you mean every phone"),
        (
            "pixel and gold or px7-01", 5,
            "\"and\" and \"or\" are mixed, which can be read in two ways; "
                + "write \"(pixel and gold) or px7-01\" or write \"pixel and (gold or px7-01)\""
        ),
        (
            "not gold, pixel and rack-1", 8,
            "\"and\" and \"or\" are mixed, which can be read in two ways; "
                + "write \"not gold or (pixel and rack-1)\" or write \"(not gold or pixel) and rack-1\""
        ),
        ("pixel gold", 6, "a comma, \"and\", \"or\" or \"and not\" is due before this"),
        ("pixel not gold", 6, "a word is missing before not; write and not"),
        ("pixel AND gold", 6, "\"AND\" cannot stand here; did you mean and?"),
        ("pixel,", 6, "the selector ends where a name is due"),
        (",pixel", 0, "a name is due before this comma"),
        ("pixel and", 9, "the selector ends where a name is due"),
        ("and pixel", 0, "a name is due here, not and"),
        ("(pixel", 0, "this parenthesis is never closed"),
        ("pixel)", 5, "this parenthesis was never opened"),
        ("()", 1, "a name is due before this parenthesis"),
        ("pixel && gold", 6, "a selector uses words; write and"),
        ("!gold", 0, "a selector uses words; write not"),
        ("sdk>=33", 3, "a selector compares by ranges; write sdk=33.. for 33 and above, sdk=..29 for 29 and below"),
        ("'px8-01'", 0, "quotes stand only around a property's value; such as model=\"Pixel 8\""),
        ("model=\"Pixel", 6, "this quote is never closed"),
        ("modle=Pixel", 0, "there is no property \"modle\"; did you mean model?"),
        (
            "ro.x`id`=1", 0,
            "there is no property \"ro.x`id`\"; properties are name, label, server, serial, model, sdk, android, brand, "
                + "manufacturer, device, product, abi, build, fingerprint, and any key of getprop that has a dot"
        ),
        ("model=", 6, "the value of model is missing"),
        ("sdk==33", 4, "one equals sign is enough; write sdk=33"),
        ("sdk=33..29", 4, "the range runs backwards"),
        ("sdk=..", 4, "this is no range of numbers; write sdk=33.. or sdk=..29 or sdk=28..33"),
        (
            "pick", 4,
            "pick is followed by a number of phones or a percentage; such as pick 5 of (all) or pick 10% of (all)"
        ),
        (
            "pick 0", 5,
            "pick is followed by a number of phones or a percentage; such as pick 5 of (all) or pick 10% of (all)"
        ),
        (
            "pick 101%", 5,
            "pick is followed by a number of phones or a percentage; such as pick 5 of (all) or pick 10% of (all)"
        ),
        ("pick 5 of gold", 10, "what pick chooses from stands in parentheses; such as pick 5 of (gold)"),
        ("gold and pick 5", 9, "it is not clear of what this picks; write pick 5 of (gold)"),
        ("gold and (pick 5)", 9, "it is not clear of what this picks; write pick 5 of (gold)"),
        ("not pick 5", 4, "it is not clear of what this picks; write not pick 5 of (all)"),
        (
            "gold, px8-07", 6,
            "nothing in the farm is called \"px8-07\"; did you mean px8-01? run `drover phones` to see the names in use"
        ),
        (
            "px8-[01-04]", 0,
            "nothing in the farm is called \"px8-[03-04]\"; run `drover phones` to see the names in use"
        ),
        ("gold, px9*", 6, "nothing in the farm fits \"px9*\"; run `drover phones` to see the names in use"),
        (
            "label=god", 0,
            "the farm has no label \"god\"; did you mean gold? run `drover phones` to see the names in use"
        ),
        ("gold, px8-[02-01]", 10, "the range runs backwards; did you mean [01-02]?"),
        (
            "Gold", 0,
            "nothing in the farm is called \"Gold\"; did you mean gold? run `drover phones` to see the names in use"
        ),
        ("ALL", 0, "nothing in the farm is called \"ALL\"; the words of a selector are in lower case: all"),
        (
            "rack-1/R5", 0,
            "server rack-1 does not show a phone \"rack-1/R5\" now; run `drover phones rack-1` to see what is there"
        ),
    ])
    func `a wrong selector says where and what to write`(selector: String, offset: Int, text: String) throws {
        let farm = try Self.farm.get()
        let error = #expect(throws: FarmError.self) { try farm.select(selector) }
        #expect(error?.description == text)
        #expect(error?.offset == offset)
        #expect(error?.text == selector)
    }

    @Test func `deep nesting is refused and does not end the program`() throws {
        let deep = String(repeating: "(", count: 100_000) + "all" + String(repeating: ")", count: 100_000)
        let error = #expect(throws: FarmError.self) { try PhoneSelector(parsing: deep) }
        #expect(error?.reason == "the selector is nested too deeply")
        #expect(throws: FarmError.self) {
            try PhoneSelector(parsing: String(repeating: "not ", count: 100_000) + "all")
        }
    }

    @Test func `before discovery a phone of a server may still turn up`() throws {
        let farm = try Self.farm.get()
        let selector = try PhoneSelector(parsing: "rack-1/R5CT, rack-*/X*")
        #expect(try farm.bind(selector, beforeDiscovery: true).evaluate().phones.isEmpty)
        #expect(farm.mistakes(in: selector).count == 2)
        #expect(farm.mistakes(in: try PhoneSelector(parsing: "zz*, yy"), beforeDiscovery: true).count == 2)
    }

    @Test func `a selector says which properties it needs`() throws {
        let farm = try Self.farm.get()
        func needed(_ text: String) throws -> [String] {
            try farm.bind(PhoneSelector(parsing: text)).neededProperties
        }
        #expect(try needed("gold and not rack-1") == [])
        #expect(try needed("sdk=33.. or ro.x.y=1") == ["ro.build.version.sdk", "ro.x.y"])
        #expect(try needed("new") == ["ro.build.version.sdk"])
        #expect(try needed("pick 2 of (gold)") == ["ro.product.model"])
    }

    @Test func `a phone that cannot be asked stays a target`() throws {
        let farm = try Self.farm.get()
        let selector = try farm.bind(PhoneSelector(parsing: "gold and abi=arm64-v8a"))
        let before = selector.evaluate()
        #expect(before.phones.map(\.name) == ["px8-01", "a54-01"])
        #expect(before.undecided == ["px8-01", "a54-01"])
        #expect(before.toAsk.map(\.name) == ["px8-01", "a54-01"])
        let after = selector.evaluate(known: ["px8-01": ["ro.product.cpu.abi": "x86"]])
        #expect(after.phones.map(\.name) == ["a54-01"])
        #expect(after.undecided == ["a54-01"])
        #expect(selector.evaluate(known: ["px8-01": [:], "a54-01": [:]]).phones.isEmpty)
        let negated = try farm.bind(PhoneSelector(parsing: "not abi=x86"))
        #expect(negated.evaluate().undecided.count == 5)
    }

    @Test func `a limit only narrows`() throws {
        let farm = try Self.farm.get()
        func limited(_ text: String, by limit: String) throws -> [String] {
            let limit = try farm.bind(PhoneSelector(parsing: limit))
            return try farm.bind(PhoneSelector(parsing: text)).evaluate(limit: limit).phones.map(\.name)
        }
        #expect(try limited("pixel", by: "gold") == ["px8-01"])
        #expect(try limited("pixel", by: "all") == ["px8-01", "px8-02", "px7-01"])
        #expect(try limited("pixel", by: "not gold") == ["px8-02", "px7-01"])
        #expect(try limited("gold", by: "studio-a") == ["px8-01", "a54-01"])
        #expect(try limited("rack-1", by: "pick 1").count == 1)
        #expect(try limited("rack-1", by: "pick 5 of (pixel)") == [])
    }

    /// The selectors that a suggestion offers; those that name one word only offer none.
    private func offers(of suggestion: String) -> [String] {
        guard let lead = ["write ", "such as "].first(where: suggestion.hasPrefix) else { return [] }
        let text = suggestion.dropFirst(lead.count)
        if ["and", "or", "not", ",", "and not", "all if you mean every phone"].contains(text) { return [] }
        if suggestion == "such as pick 5 of (all) or pick 10% of (all)" {
            return ["pick 5 of (all)", "pick 10% of (all)"]
        }
        // Names of these tests hold no "write", and only suggestions of two readings have it twice.
        let parts = String(text).replacing(" or write ", with: "\n")
        return parts.split(separator: "\n").map { $0.hasPrefix("\"") ? String($0.dropFirst().dropLast()) : String($0) }
    }

    @Test(arguments: [
        ("gold and (pick 2)", "pick 2 of (gold)"),
        ("gold and ((pick 10%)) and not blue", "pick 10% of (gold and not blue)"),
        ("gold and pick 2 and (pick 3)", "pick 2 of (pick 3 of (gold))"),
        ("gold and pick 2 or blue", "(pick 2 of (gold)) or blue"),
        ("pick 2 and (gold or blue)", "pick 2 of ((gold or blue))"),
        ("not (pick 2)", "not pick 2 of (all)"),
        ("pick 2 of sdk=33..", "pick 2 of (sdk=33..)"),
        ("pick 2 of not gold", "pick 2 of (all)"),
    ])
    func `a suggestion for a pick parses`(selector: String, offered: String) throws {
        let error = try #require(throws: FarmError.self) { try PhoneSelector(parsing: selector) }
        let offers = offers(of: try #require(error.suggestion))
        #expect(offers.contains(offered), "\(offers)")
    }

    @Test func `every suggestion parses, whatever was typed`() throws {
        let words = [
            "gold", "blue", "and", "and", "or", ",", "not", "pick 2", "pick 10%", "(pick 3)", "pick 4 of", "pick", "(",
            ")", "sdk=33..", "all", "AND", "pick 5 of (gold)", "(gold or blue)",
        ]
        var numbers = SeededNumbers(seed: 11)
        var count = 0
        for _ in 0..<5000 {
            let length = Int.random(in: 1...7, using: &numbers)
            let text = (0..<length).map { _ in words.randomElement(using: &numbers) ?? "" }.joined(separator: " ")
            do throws(FarmError) {
                _ = try PhoneSelector(parsing: text)
            } catch {
                for offer in error.suggestion.map(offers) ?? [] {
                    count += 1
                    #expect(throws: Never.self, "`\(text)` is answered with `\(offer)`") {
                        _ = try PhoneSelector(parsing: offer)
                    }
                }
            }
        }
        #expect(count > 500)
    }

    @Test(arguments: [
        ("all", []), ("a and not b", ["a", "b"]), ("rack-[1-2], px*", ["rack-1", "rack-2", "px*"]),
        ("pick 3 of (a or model=Pixel*)", ["a"]), ("pick 10%", []),
        ("koo/kp-[08-09]", ["koo/kp-08", "koo/kp-09"]),
        ("a-[9-1]", []),
    ])
    func `a selector tells the names in it`(_ text: String, _ names: [String]) throws {
        #expect(try PhoneSelector(parsing: text).names == names)
    }
}
