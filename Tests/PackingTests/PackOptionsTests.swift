import Packing
import Testing

struct PackOptionsTests {
    @Test(
        arguments: [
            ("keep", .keep), ("644", .fixed(0o644)), ("0600", .fixed(0o600)), ("4755", nil), ("8", nil), ("rw", nil),
            ("", nil),
        ] as [(String, PackOptions.Modes?)])
    func `permissions are octal digits`(text: String, modes: PackOptions.Modes?) {
        #expect(PackOptions.Modes(words: text) == modes)
    }

    @Test(
        arguments: [
            ("keep", .keep), ("phone", .phoneRoot), ("2000:2000", .fixed(user: 2000, group: 2000)),
            ("1000", .fixed(user: 1000, group: 1000)), ("0:1023", .fixed(user: 0, group: 1023)), ("root", nil),
            ("1:2:3", nil),
            (":", nil), ("1:", nil), ("-1", nil), ("+1", nil), ("99999999", nil),
        ] as [(String, PackOptions.Owners?)])
    func `owners are numbers`(text: String, owners: PackOptions.Owners?) {
        #expect(PackOptions.Owners(words: text) == owners)
    }

    @Test(
        arguments: [
            ("keep", .keep), ("@315532800", .fixed(315_532_800)), ("1980-01-01", .fixed(315_532_800)),
            ("2024-02-29T23:59:59Z", .fixed(1_709_251_199)), ("2023-02-29", nil), ("1979-12-31", nil),
            ("2026-1-1", nil),
            ("2026-13-01", nil), ("2026-01-01T24:00:00Z", nil), ("now", nil), ("@x", nil), ("@0", nil),
        ] as [(String, PackOptions.Times?)])
    func `times are moments in UTC`(text: String, times: PackOptions.Times?) {
        #expect(PackOptions.Times(words: text) == times)
    }

    @Test(arguments: [
        ("", true), ("data/local/tmp", true), ("a", true), ("/a", false), ("a/", false), ("a//b", false),
        ("../a", false),
        ("a/./b", false), ("a/..", false),
    ])
    func `a prefix is a plain relative path`(text: String, isFine: Bool) {
        #expect((PackOptions.fault(inPrefix: text) == nil) == isFine)
    }
}
