import PlaybookLanguage
import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        ("abc", "xabcx", true), ("abc", "ab", false), ("^abc$", "abc", true), ("^b", "a\nb", true),
        ("a$", "a\r\nb", true),
        ("a.c", "a\nc", false), ("a*b", "b", true), ("a+b", "b", false), ("colou?r", "color", true),
        ("a{3}", "aa", false),
        ("a{2,3}$", "aaa", true), ("^a{2,}$", "aaaaa", true), ("a{,2}", "a{,2}", true), ("(ab|cd)+$", "abcd", true),
        ("(?:x|y)z", "yz", true), ("[a-c]", "b", true), ("[^a-c]", "abc", false), ("[]a]", "]", true),
        ("[a-]", "-", true),
        ("\\d+\\.\\d+", "v1.10", true), ("\\bid\\b", "the id is", true), ("\\bid\\b", "hidden", false),
        ("\\S", "  ", false),
        ("[\\w.]+@", "a.b@", true), ("(?i)READY", "Ready", true), ("(?i)[A-Z]{5}", "ready", true), ("", "", true),
        ("versionName=1\\.", "  versionName=1.2\n", true), ("é", "café", true), ("a||b", "", true),
        ("\\$\\(", "$(", true),
    ])
    func `a pattern is found or not`(pattern: String, text: String, expected: Bool) throws {
        #expect(try Pattern(pattern).matches(text) == expected)
    }

    @Test(arguments: [
        "(", ")", "[", "a**", "*a", "\\q", "(?=a)", "(?<n>a)", "\\", "[b-a]", "a{2,1}", "\\1", "(a{999}){999}",
    ])
    func `a pattern that cannot be used is refused`(pattern: String) {
        #expect(throws: TextMistake.self) { try Pattern(pattern) }
    }

    @Test func `a hostile text costs time in proportion to its length`() throws {
        // A backtracking engine needs 2^200 steps here.
        let text = String(repeating: "a", count: 200) + "!"
        #expect(try !Pattern("^(a+)+$").matches(text))
        #expect(try !Pattern("(a|a)*b").matches(String(repeating: "a", count: 20_000)))
    }
}
