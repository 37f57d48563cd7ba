import Secrets
import Testing

@testable import Curl

@Suite("Redirections")
struct RedirectionTests {
    static let fields = [
        HTTPField("Authorization", "Bearer geheim"), HTTPField("X-Auth-Token", Secret(name: "token", "geheim")),
        HTTPField("Cookie", "session=geheim"), HTTPField("Range", "bytes=5-"), HTTPField("If-Range", "\"1\""),
    ]

    private func request(_ method: String, _ address: String, body: HTTPBody = .none) throws -> HTTPRequest {
        HTTPRequest(method, try HTTPURL(address), fields: Self.fields, body: body)
    }

    @Test(
        "to another origin go only fields that say nothing of who asks",
        arguments: [
            "https://b.example/x", "https://a.example:8443/x", "https://a.example.b.example/x",
        ])
    func otherOrigin(place: String) throws {
        let next = try request("GET", "https://a.example/x").redirected(to: place, status: 302)
        #expect(next.fields.map(\.name) == ["Range", "If-Range"])
    }

    @Test func `to the same origin goes everything`() throws {
        let next = try request("GET", "https://a.example/x").redirected(to: "https://a.example:443/y", status: 302)
        #expect(next.fields == Self.fields)
        #expect(next.url.path == "/y")
    }

    @Test func `from plain text to TLS is fine, and back is not`() throws {
        let next = try request("GET", "http://a.example/x").redirected(to: "https://a.example/x", status: 301)
        #expect(next.url.isSecure)
        #expect(next.fields.map(\.name) == ["Range", "If-Range"])
        let error = try #require(throws: HTTPError.self) {
            try next.redirected(to: "http://a.example/x?key=geheim", status: 301)
        }
        #expect(error.code == .badRedirection)
        #expect(
            error.description
                == "GET https://a.example/x: redirected from https to http://a.example/x?…; "
                + "an answer without TLS could come from anybody")
    }

    @Test(
        "out of HTTP leads nowhere",
        arguments: ["file:///etc/passwd", "ftp://a.example/x", "gopher://x/", "", "https://a b/"])
    func otherSchemes(place: String) throws {
        let error = try #require(throws: HTTPError.self) {
            try request("GET", "https://a.example/x").redirected(to: place, status: 302)
        }
        #expect(error.code == .badRedirection)
    }

    @Test(
        "the method becomes GET where browsers make it so",
        arguments: [
            ("POST", 301, "GET"), ("POST", 302, "GET"), ("POST", 303, "GET"), ("POST", 307, "POST"),
            ("POST", 308, "POST"),
            ("PUT", 302, "PUT"), ("PUT", 303, "GET"), ("HEAD", 303, "HEAD"), ("GET", 302, "GET"),
        ])
    func methods(method: String, status: Int, expected: String) throws {
        let next = try request(method, "https://a.example/x", body: .bytes([1]))
            .redirected(to: "https://a.example/y", status: status)
        #expect(next.method == expected)
        #expect((next.body == .none) == (expected == "GET" && method != "GET"))
    }

    @Test func `a body goes to no other host`() throws {
        let error = try #require(throws: HTTPError.self) {
            try request("PUT", "https://a.example/x", body: .bytes([1])).redirected(
                to: "https://b.example/x", status: 307)
        }
        #expect(error.code == .badRedirection)
    }
}
