import JSON
import Testing

@Suite struct JSONValueTests {
    @Test("what is written is read again as it was, sorted by name")
    func roundTrip() throws {
        let value: JSONValue = [
            "b": [1, .integer(-7), .number(1.5), .unsigned(.max)], "a": "手机\u{1}\t\"\\\n\u{7F}", "c": [:],
            "d": [], "e": .null, "f": true,
        ]
        let text =
            #"{"a":"手机\u0001\t\"\\\n\u007f","b":[1,-7,1.5,18446744073709551615],"c":{},"d":[],"e":null,"f":true}"#
        #expect(String(decoding: value.bytes, as: UTF8.self) == text)
        #expect(JSONValue(parsing: value.bytes) == value)
    }

    @Test("what is no JSON is nothing", arguments: ["", "{", "[1,]", "{\"a\"}", "nul", "\"\u{1}\"", "1 2", "\"\\x\""])
    func refusals(_ text: String) { #expect(JSONValue(parsing: text.utf8) == nil) }
}
