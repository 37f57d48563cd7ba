import SourceText
import Testing

@Suite struct SourceFileTests {
    @Test(arguments: [
        ("ab\ncd", 0, 1, 1), ("ab\ncd", 2, 1, 3), ("ab\ncd", 3, 2, 1), ("ab\ncd", 5, 2, 3), ("a\r\nb", 3, 2, 1),
        ("a\rb", 2, 2, 1), ("äö x", 4, 1, 3), ("\tx", 1, 1, 2), ("e\u{301}x", 3, 1, 2), ("", 0, 1, 1), ("a\n", 2, 2, 1),
    ])
    func `a byte has a line and a column in characters`(text: String, offset: Int, line: Int, column: Int) {
        let place = SourceFile(name: "f", text: text).location(at: offset)
        #expect(place.line == line)
        #expect(place.column == column)
    }

    @Test func `a byte order mark is no part of the text`() {
        let file = SourceFile(name: "f", bytes: [0xEF, 0xBB, 0xBF, 0x61])
        #expect(file.text == "a")
        #expect(file.hadByteOrderMark)
    }

    @Test(
        arguments: [
            ([0x61, 0xFF], 1), ([0x61, 0xC3], 1), ([0xC3, 0xA4, 0x80], 2), ([0xED, 0xA0, 0x80], 0), ([0xC0, 0x80], 0),
            ([0x61, 0x62, 0xF0, 0x9F, 0x98], 2),
        ] as [([UInt8], Int)])
    func `the first byte that is not UTF-8 is found`(bytes: [UInt8], offset: Int) {
        #expect(SourceFile(name: "f", bytes: bytes).firstInvalidByte == offset)
    }

    @Test func `sound UTF-8 has no invalid byte`() {
        #expect(SourceFile(name: "f", text: "añ€😀").firstInvalidByte == nil)
    }
}

@Suite struct ClosestMatchTests {
    @Test(arguments: [
        ("retires", "retries"), ("Timeout", "timeout"), ("time_out", "timeout"),
        ("continueOnError", "continue-on-error"),
        ("phonse", "phones"), ("nam", "name"),
    ])
    func `the word that was meant is found`(word: String, expected: String) {
        let words = ["retries", "timeout", "continue-on-error", "phones", "name", "id", "when"]
        #expect(closestMatch(to: word, among: words) == expected)
    }

    @Test func `of equally near words the first in the alphabet is meant, in whatever order they come`() {
        let names = ["rack-2", "rack-1", "rack-4"]
        #expect(closestMatch(to: "rack-3", among: names) == "rack-1")
        #expect(closestMatch(to: "rack-3", among: names.reversed()) == "rack-1")
        #expect(closestMatch(to: "RACK_2", among: names.reversed()) == "rack-2")
    }

    @Test(arguments: ["banana", "x", "", "nothing-like-it"])
    func `nothing is suggested for a word that is far from all`(word: String) {
        #expect(closestMatch(to: word, among: ["retries", "timeout", "id"]) == nil)
    }
}
