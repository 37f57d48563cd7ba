import Packing
import Testing

struct IgnoreRulesTests {
    @Test(arguments: [
        ("*.log", "a.log", true), ("*.log", "deep/er/a.log", true), ("*.log", "a.logs", false),
        ("/a.log", "a.log", true), ("/a.log", "b/a.log", false), ("build/", "build", false),
        ("doc/*.txt", "doc/a.txt", true), ("doc/*.txt", "doc/b/a.txt", false), ("doc/*.txt", "x/doc/a.txt", false),
        ("**/tmp", "tmp", true), ("**/tmp", "a/b/tmp", true), ("a/**", "a/b/c", true), ("a/**", "a", false),
        ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true), ("a/**/b", "ab", false),
        ("a?c", "abc", true), ("a?c", "a/c", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
        ("[^a-c]x", "dx", true), ("[[:digit:]]", "7", true), ("[]x]", "]", true), ("[a", "[a", false),
        ("\\#a", "#a", true), ("#a", "#a", false), (#"\!a"#, "!a", true), (#"a\*"#, "a*", true),
        (#"a\*"#, "ab", false), ("a ", "a", true), ("a\\ ", "a ", true), ("a\\ ", "a", false), ("", "a", false),
        ("größe", "größe", true), ("[[:nothing:]]", "a", false),
    ])
    func `a pattern speaks of a file`(pattern: String, path: String, isIgnored: Bool) {
        #expect(IgnoreRules([pattern]).ignores(path) == isIgnored)
    }

    @Test func `the last pattern that matches counts`() {
        let rules = IgnoreRules(["*.log", "!keep.log", "/old/keep.log"])
        #expect(rules.ignores("a.log"))
        #expect(!rules.ignores("new/keep.log"))
        #expect(rules.ignores("old/keep.log"))
    }

    @Test func `what lies in an ignored folder does not come back`() {
        let rules = IgnoreRules(["build/", "!build/keep"])
        #expect(rules.ignores("build", isFolder: true))
        #expect(rules.ignores("build/keep"))
        #expect(!rules.ignores("build"))
    }

    @Test func `a file of rules may have marks and line ends of other systems`() {
        let rules = IgnoreRules(content: [0xEF, 0xBB, 0xBF] + Array("*.log\r\n\r\n# no\r\n!a.log\r\n".utf8))
        #expect(rules.ignores("b.log"))
        #expect(!rules.ignores("a.log"))
        #expect(!rules.ignores("# no"))
    }

    @Test func `many stars cost no more than their number allows`() {
        let rules = IgnoreRules([String(repeating: "*a", count: 40) + "b"])
        #expect(!rules.ignores(String(repeating: "a", count: 200)))
    }

    @Test func `no pattern ignores nothing`() {
        #expect(IgnoreRules().isEmpty)
        #expect(IgnoreRules(["", "# only words"]).isEmpty)
        #expect(!IgnoreRules().ignores("a"))
    }
}
