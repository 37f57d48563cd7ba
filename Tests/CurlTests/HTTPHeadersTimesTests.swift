import Testing

@testable import Curl

@Suite("Times of answers")
struct HTTPHeadersTimesTests {
    private func headers(_ line: String) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.append(line: line.utf8)
        return headers
    }

    @Test(
        "a pause is a number of seconds or a date",
        arguments: [
            ("0", .zero), ("120", .seconds(120)), ("99999999999", .seconds(1 << 31)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)), ("Sun, 06 Nov 1994 08:48:00 GMT", .zero), ("soon", nil),
            ("-5", nil), ("+5", nil), ("1.5", nil), ("99999999999999999999", nil),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("", nil),
        ] as [(String, Duration?)])
    func pauses(text: String, pause: Duration?) {
        #expect(headers("Retry-After: \(text)").retryAfter(now: 784_111_740) == pause)
    }

    @Test func `an answer that names no pause asks for none`() {
        #expect(headers("Retry: 5").retryAfter(now: 0) == nil)
    }

    @Test(
        "the server's time is read",
        arguments: [
            ("Fri, 02 Jan 2026 03:04:05 GMT", 1_767_323_045), ("Fri, 02 Foo 2026 03:04:05 GMT", nil), ("soon", nil),
            ("Fri, 32 Jan 2026 03:04:05 GMT", nil), ("Fri, 02 Jan 2026 24:04:05 GMT", nil),
            ("Fri, 02 Jan 2026 03:-4:05 GMT", nil), ("Fri, 02 Jan 1969 03:04:05 GMT", nil), ("1767323045", nil),
        ] as [(String, Int?)])
    func date(text: String, seconds: Int?) {
        #expect(headers("date: \(text)").date == seconds)
    }
}
