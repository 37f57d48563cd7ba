import JSON
import Testing

@testable import CloudPhone

@Suite("Rules of arguments")
struct FieldRuleTests {
    private static func reason(_ rule: FieldRule, _ value: JSONValue) -> String? {
        do throws(CheckFault) {
            try rule.check(value)
            return nil
        } catch { return error.description }
    }

    private static let (first, second) = (SampleID.numbered(1), SampleID.numbered(2))

    @Test(
        "what is right passes",
        arguments: [
            (.id(of: "phone"), .text(first)), (.ids(of: "phone"), [.text(first), .text(second)]),
            (.ids(of: "server", most: 2), .text("\(first),\(second)")), (.token(of: "image"), "a-b_1"),
            (.tokens(of: "call", most: 2), "a,b"),
            (.objects(of: "phone", by: "phone_id"), [["phone_id": .text(first)], ["phone_id": .text(second)]]),
            (.oneOf(["a", "b"]), "b"), (.oneOf(["a", "b"]), ["a", "b"]), (.numbers([0, 2]), 2), (.range(1...3), 3),
            (.bandwidth, 350), (.bytes(1...2, of: "x"), "ü"), (.characters(1...1, of: "x"), "ü"),
            (.some(of: "label"), [1]), (.count(0...1, of: "labels"), []), (.each(.package), ["a.b", "c.d"]),
            (.name(of: "phone"), "手机-1"), (.package, "com.example.app"), (.bucket, "farm"), (.tar, "a/b.tar"),
            (.path(.sharedFile), "/data/a"), (.path(.sharedFolder), "/data"), (.path(.exported), "/data/a*"),
            (.json(most: 2), "{}"), (.time(mayBeNow: true), ""), (.time(mayBeNow: false), "2026-01-02T03:04:05Z"),
            (.pageSize(100), 100), (.pageSize(100), "1"), (.pageStart, 0), (.pageStart, "7"),
        ] as [(FieldRule, JSONValue)])
    func right(rule: FieldRule, value: JSONValue) { #expect(Self.reason(rule, value) == nil) }

    @Test(
        "what is wrong is told",
        arguments: [
            (.id(of: "image"), "x", "`x` is no id of an image, which has 32 hexadecimal digits"),
            (.ids(of: "phone"), [], "there is no phone in the call"),
            (.ids(of: "phone"), "", "`` is no id of a phone, which has 32 hexadecimal digits"),
            (.ids(of: "phone"), .text("\(first),\(first)"), "the phone \(first) is in the call twice"),
            (.ids(of: "phone", most: 1), .text("\(first),\(second)"), "2 ids of phones in one call, 1 are allowed"),
            (.token(of: "event"), "a/b", "`a/b` is no id of an event"),
            (.tokens(of: "call", most: 1), "a,b", "1 to 1 calls can be named, not 2"),
            (
                .objects(of: "phone", by: "phone_id"), [["phone_id": .text(first)], ["phone_id": .text(first)]],
                "the phone \(first) is in the call twice"
            ),
            (.oneOf(["first", "second"]), "frist", "`frist` is not one of first, second; did you mean `first`?"),
            (.oneOf(["a", "b"]), ["a", "zz"], "`zz` is not one of a, b"),
            (.numbers([0, 2]), 1, "1 is not one of 0, 2"), (.range(1...3), 4, "4 is not in 1 to 3"),
            (
                .bandwidth, 301,
                "a bandwidth of 301 Mbit/s is not on offer; any up to 300, by 50 up to 1000, by 500 above"
            ),
            (.bytes(1...1, of: "a key"), "ü", "a key has 1 to 1 bytes, not 2"),
            (.characters(1...1, of: "a key"), "ab", "a key has 1 to 1 characters, not 2"),
            (.some(of: "label"), [], "there is no label in the call"),
            (.count(0...1, of: "labels"), [1, 2], "0 to 1 labels can be named, not 2"),
            (.each(.package), ["a.b", "c"], "`c` is no package name such as com.example.app"),
            (.json(most: 2), "{ }", "the properties of a phone have 3 bytes, 2 are allowed"),
            (
                .time(mayBeNow: false), "",
                "`` is no time; write it in UTC, such as 2026-01-02T03:04:05Z"
            ),
            (.pageSize(100), 0, "a page has 1 to 100 entries, not 0"), (.pageSize(100), "x", "it is no whole number"),
            (.pageStart, -1, "a list begins at 0, not at -1"),
            (.range(1...3), .unsigned(.max), "it is no whole number"),
        ] as [(FieldRule, JSONValue, String)])
    func wrong(rule: FieldRule, value: JSONValue, words: String) { #expect(Self.reason(rule, value) == words) }

    @Test("every argument with a rule has a note, and none is empty")
    func notes() {
        for operation in OperationCatalog.all {
            for argument in operation.arguments where argument.field.rule != nil {
                #expect(argument.field.hint?.isEmpty == false, "\(operation).\(argument.field.name)")
            }
        }
    }
}
