import Archive
import Testing

struct EntryLocationTests {
    @Test(
        "a path inside is cleaned",
        arguments: [
            ("a", 0, "a"), ("./a//b/", 0, "a/b"), ("a/./b", 0, "a/b"), (".", 0, "."), ("./", 0, "."),
            ("a/b/c", 1, "b/c"),
            ("a/b/c", 2, "c"), ("...", 0, "..."), ("..a/b..", 0, "..a/b.."), ("C:\\x", 0, "C:\\x"),
            (String(repeating: "n", count: 255), 0, String(repeating: "n", count: 255)),
        ])
    func inside(path: String, strip: Int, place: String) throws {
        #expect(try EntryLocation(path, stripping: strip).description == place)
    }

    @Test(
        "a path outside is refused",
        arguments: [
            ("/a", .absolute), ("//a", .absolute), ("/", .absolute), ("..", .climbs), ("a/../b", .climbs),
            ("../a", .climbs),
            ("a/..", .climbs), ("", .noName), ("a\0b", .noName), (String(repeating: "n", count: 256), .nameTooLong),
            (String(repeating: "/n", count: 300).dropFirst().description, .tooDeep),
            (String(repeating: "x/", count: 3000), .pathTooLong), ("/\u{301}etc", .absolute),
        ] as [(String, Refusal)])
    func outside(path: String, reason: Refusal) {
        #expect(throws: reason) { try EntryLocation(path) }
    }

    @Test func `a path with nothing beyond the names left out is passed over`() {
        #expect(throws: Refusal.stripped) { try EntryLocation("a/b", stripping: 2) }
        #expect(throws: Refusal.stripped) { try EntryLocation("a", stripping: 1) }
    }

    @Test func `names that differ in composition alone are two`() throws {
        let places = Set([try EntryLocation("caf\u{e9}"), try EntryLocation("cafe\u{301}")])
        #expect(places.count == 2)
    }

    @Test(
        "a link's text may lead to places inside alone",
        arguments: [
            ("x", "a", true), ("x", "a/b", true), ("x", ".", true), ("d/x", "..", true), ("d/x", "../a", true),
            ("d/e/x", "../..", true), ("d/e/x", ".././../f", true), ("x", "..", false), ("d/x", "../..", false),
            ("x", "/etc", false), ("x", "", false), ("x", "a/..", false), ("d/x", "../a/..", false),
            ("x", String(repeating: "a", count: 4096), false),
        ])
    func links(place: String, text: String, isInside: Bool) throws {
        #expect(Extraction.staysInside(text, at: try EntryLocation(place)) == isInside)
    }
}
