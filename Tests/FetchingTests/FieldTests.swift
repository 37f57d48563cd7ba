import Crypto
import Testing

@testable import Fetching

@Suite("What servers say about files")
struct FieldTests {
    @Test(
        "a range is read",
        arguments: [
            ("bytes 5-9/10", 5, 10), ("bytes 0-0/1", 0, 1), ("BYTES 5-9/*", 5, nil), ("bytes */10", nil, 10),
        ] as [(String, Int64?, Int64?)])
    func ranges(text: String, start: Int64?, total: Int64?) throws {
        let range = try #require(ContentRange(text))
        #expect(range.start == start)
        #expect(range.total == total)
    }

    @Test(
        "what is no range is none",
        arguments: [
            "", "bytes", "bytes 5-9", "bytes 9-5/10", "bytes 5-10/10", "items 5-9/10", "bytes -5-9/10", "bytes +5-9/10",
            "bytes 5-9/-1", "bytes 5-9/99999999999999999999", "bytes 5-/10", "bytes 5-9/10/11", "bytes 5-9 /10",
        ])
    func noRanges(text: String) {
        #expect(ContentRange(text) == nil)
    }

    @Test(
        "pauses double up to a bound, and what the server asks for counts up to it",
        arguments: [
            (1, nil, 0.5), (2, nil, 1), (3, nil, 2), (7, nil, 30), (60, nil, 30), (1, .seconds(7), 7),
            (1, .seconds(700), 30),
        ] as [(Int, Duration?, Double)])
    func backOff(failures: Int, asked: Duration?, seconds: Double) {
        let policy = FetchPolicy()
        #expect(policy.pause(after: failures, asked: asked, share: 1) == .seconds(seconds))
        #expect(policy.pause(after: failures, asked: asked, share: 0) == .seconds(asked == nil ? seconds / 2 : seconds))
    }

    @Test func `a record comes back as it was`() throws {
        var record = FetchRecord(place: SHA256.hash(of: "a"))
        #expect(FetchRecord(record.text) == record)
        record.etag = "W/\"a b\""
        record.lastModified = "Sun, 06 Nov 1994 08:49:37 GMT"
        record.total = 12
        record.expected = SHA256.hash(of: "b")
        record.boot = "1-2"
        let mark = try #require(FileMark("12 34 -56"))
        record.whole = FetchRecord.Whole(sha256: SHA256.hash(of: "c"), mark: mark)
        #expect(FetchRecord(record.text) == record)
        #expect(record.rangeValidator == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test func `a record that is cut anywhere is none`() {
        var record = FetchRecord(place: SHA256.hash(of: "a"))
        record.etag = "\"1\""
        for length in 0..<record.text.count { #expect(FetchRecord(String(record.text.prefix(length))) == nil) }
        #expect(FetchRecord("drover-fetch 2\nplace \(record.place)\nend\n") == nil)
        #expect(FetchRecord("drover-fetch 1\nplace\nend\n") == nil)
    }
}
