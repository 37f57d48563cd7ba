import Testing

@testable import SSH

@Suite("The hosts of a line of known hosts")
struct HostPatternsTests {
    @Test(arguments: [
        ("gate", "gate", true), ("gate", "gates", false), ("Gate.Lab", "gate.lab", true),
        ("a,b,c", "b", true), ("a,b,c", "d", false), ("10.0.9.*", "10.0.9.44", true), ("10.0.9.*", "10.0.19.4", false),
        ("enc-?", "enc-7", true), ("enc-?", "enc-17", false), ("*", "[10.0.9.4]:2222", true),
        ("*,!gate", "gate", false), ("!gate,*", "gate", false), ("*,!gate", "enc-a", true), ("!gate", "enc-a", false),
        ("[10.0.9.4]:2222", "[10.0.9.4]:2222", true), ("[10.0.9.4]:2222", "10.0.9.4", false),
        ("[*.lab]:22??", "[enc.lab]:2201", true), ("**a*b**", "xxaxxbxx", true), ("", "gate", false),
        ("*", "", true), ("?", "", false), ("a*", "a", true),
    ])
    func `speak of those that OpenSSH finds in them`(_ patterns: String, _ name: String, _ isMeant: Bool) throws {
        #expect(try #require(HostPatterns(patterns[...])).match(name) == isMeant)
    }

    @Test func `a hostile pattern costs little`() {
        let pattern = Array(String(repeating: "*a", count: 2000).utf8) + [0x62]
        #expect(!HostPatterns.match(pattern, [UInt8](repeating: 0x61, count: 4000)))
    }

    @Test(arguments: ["|", "|1|", "|1|AAAA", "|1|AAAA|AAAA", "|2|AAAA|AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "|1||"])
    func `what is hidden in an unknown way is nothing`(_ text: String) {
        #expect(HostPatterns(text[...]) == nil)
    }

    @Test(
        arguments: [
            ("10.0.9.4", 22, "10.0.9.4"), ("Gate.Lab", 22, "gate.lab"), ("10.0.9.4", 2222, "[10.0.9.4]:2222"),
            ("::1", 22, "::1"), ("fe80::1", 8022, "[fe80::1]:8022"),
        ] as [(String, UInt16, String)])
    func `a host is named with its port unless that is 22`(_ host: String, _ port: UInt16, _ name: String) {
        #expect(KnownHostName(host, port: port).description == name)
    }
}
