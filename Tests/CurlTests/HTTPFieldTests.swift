import Secrets
import Testing

@testable import Curl

@Suite("Header fields")
struct HTTPFieldTests {
    @Test func `a secret value is sent and never shown`() throws {
        let field = HTTPField("Authorization", Secret(name: "key", "Bearer geheim"))
        #expect(try field.line(for: "GET x") == "Authorization: Bearer geheim")
        #expect("\(field)" == "Authorization: ‹secret key›")
        #expect(!String(reflecting: field).contains("geheim"))
    }

    @Test func `an empty value is sent as such`() throws {
        #expect(try HTTPField("X-Empty", "").line(for: "GET x") == "X-Empty;")
    }

    @Test(
        "a field that would begin another line is refused",
        arguments: [
            ("X-A", "1\r\nX-B: 2"), ("X-A", "1\n"), ("X-A", "1\0"), ("X-A\r\nX-B", "2"), ("X A", "1"), ("", "1"),
            ("X:A", "1"),
            ("X-Ä", "1"),
        ])
    func injections(name: String, value: String) throws {
        let error = try #require(throws: HTTPError.self) { try HTTPField(name, value).line(for: "GET x") }
        #expect(error.code == .invalidRequest)
        #expect(!error.description.contains("\n"))
    }
}
