import PlaybookLanguage
import Testing

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            ("90s", 90_000), ("500ms", 500), ("1m30s", 90_000), ("1.5h", 5_400_000), ("2d", 172_800_000), ("0s", 0),
            ("1h1ms", 3_600_001),
        ] as [(String, Int64)])
    func `a duration is numbers with units`(text: String, milliseconds: Int64) throws {
        #expect(try readDuration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        ("5", "a duration needs a unit, for example 5s"), ("", "a duration is missing"),
        ("5 s", "`5 s` is not a duration"),
        ("5sec", "a duration has no unit `sec`"), ("s", "`s` is not a duration"), ("1m5", "`1m5` is not a duration"),
        ("5s1m", "`5s1m` is not a duration: larger units come first, each once"), ("-5s", "`-5s` is not a duration"),
        ("1.2.3s", "`1.2.3s` is not a duration"), ("99999999999d", "`99999999999d` is too long"),
    ])
    func `what is no duration is told`(text: String, message: String) {
        let mistake = #expect(throws: TextMistake.self) { try readDuration(text) }
        #expect(mistake?.message == message)
    }

    @Test(arguments: ["90s": "1m30s", "500ms": "500ms", "36h": "1d12h", "0s": "0s"])
    func `a duration is written shortly`(text: String, expected: String) throws {
        #expect(durationText(try readDuration(text)) == expected)
    }
}
