import Reports
import Testing

@Suite struct EscapingTests {
    @Test(arguments: [
        ("plain ~ text", "plain ~ text"), ("ünï 中文 👍", "ünï 中文 👍"), ("\u{1B}[2J", "\\u{1B}[2J"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\u{9B}31m", "\\u{9B}31m"), ("\u{7F}\u{0}", "\\u{7F}\\u{0}"), ("\u{202E}evil", "\\u{202E}evil"),
        ("\u{2028}", "\\u{2028}"), ("\u{FEFF}", "\\u{FEFF}"),
    ])
    func `a line is made harmless`(text: String, safe: String) {
        #expect(Escaping.line(text) == safe)
    }

    @Test func `bytes that are no text are spelled out`() {
        #expect(Escaping.line(bytes: [0x61, 0xFF, 0x62, 0xC3, 0xA4, 0xC3]) == "a\\xFFbä\\xC3")
        #expect(Escaping.line(bytes: [0xE4, 0xB8, 0xAD, 0xE4, 0xB8, 0x1B]) == "中\\xE4\\xB8\\u{1B}")
        #expect(Escaping.line(bytes: [0xC0, 0x80, 0xED, 0xA0, 0x80]) == "\\xC0\\x80\\xED\\xA0\\x80")
    }

    @Test func `no byte acts on a terminal`() {
        for byte in UInt8.min...UInt8.max {
            let safe = Escaping.line(bytes: [0x61, byte, 0x62])
            #expect(safe.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        }
    }

    @Test(
        arguments: [
            ("", [""]), ("a\n", ["a"]), ("a\n\n", ["a", ""]), ("a\r\nb", ["a", "b"]),
            ("a\tb\tc", ["a       b       c"]),
            ("a\rb", ["a\\u{D}b"]), ("\u{1B}\nx", ["\\u{1B}", "x"]),
        ] as [(String, [String])])
    func `a text keeps its lines`(text: String, lines: [String]) {
        #expect(Escaping.lines(text) == lines)
    }

    @Test func `a table is as wide as its widest cells`() {
        var table = TextTable([("phone", .left), ("", .left), ("bytes", .right)])
        table.add(["px8-01", "", "12"])
        table.add(["a\u{1B}", "", "100000"])
        #expect(
            table.lines(indent: "  ") == ["  phone     bytes", "  px8-01       12", "  a\\u{1B}  100000"])
    }
}
