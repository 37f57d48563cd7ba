import Curl
import Testing

@Suite("HTTP addresses")
struct HTTPURLTests {
    @Test(
        "an address is shown without what may be secret",
        arguments: [
            ("https://files.studio.example/a/b.zip", "https://files.studio.example/a/b.zip"),
            ("https://files.studio.example", "https://files.studio.example/"),
            ("HTTPS://Files.Studio.Example:443/A", "https://files.studio.example/A"),
            ("http://files.studio.example:8080/a", "http://files.studio.example:8080/a"),
            ("https://me:geheim@files.studio.example/a?Signature=geheim#geheim", "https://files.studio.example/a?…"),
            ("http://[::1]:80/a", "http://[::1]/a"),
        ])
    func readable(text: String, shown: String) throws {
        #expect(try HTTPURL(text).readable == shown)
        #expect("\(try HTTPURL(text))" == shown)
    }

    @Test func `a long path is cut in messages and whole on the wire`() throws {
        let url = try HTTPURL("https://files.studio.example/" + String(repeating: "a", count: 1000))
        #expect(url.readable.count == 200)
        #expect(url.text.count == 1029)
    }

    @Test(
        "what is no address of http is refused, and a password in it is not shown",
        arguments: [
            "", "files.studio.example", "ftp://me:geheim@files.studio.example/a", "file:///etc/passwd", "https://",
            "https://files studio.example/", "https://files.studio.example/ä",
            "https://files.studio.example/a\r\nHost: b",
            "https://files.studio.example:99999/", "gopher://me:geheim@x/",
            "https:/" + String(repeating: "a", count: 9000),
        ])
    func refusals(text: String) throws {
        let error = try #require(throws: HTTPError.self) { try HTTPURL(text) }
        #expect(error.code == .invalidRequest)
        #expect(!error.description.contains("geheim"))
        #expect(error.description.count < 200)
    }

    @Test(
        "the same origin is the same scheme, host and port",
        arguments: [
            ("https://a.example/x", "https://A.example:443/y", true),
            ("https://a.example/", "http://a.example/", false),
            ("https://a.example/", "https://b.example/", false), ("http://a.example/", "http://a.example:81/", false),
            ("https://a.example/", "https://a.example.evil.example/", false),
        ])
    func origins(first: String, second: String, isSame: Bool) throws {
        #expect(try HTTPURL(first).isSameOrigin(as: HTTPURL(second)) == isSame)
    }

    @Test(
        "the name of what is fetched is the last part of the path",
        arguments: [
            ("https://a.example/x/assets.tar.zst?k=v", "assets.tar.zst"), ("https://a.example/x/", nil),
            ("https://a.example", nil),
        ] as [(String, String?)])
    func names(text: String, name: String?) throws {
        #expect(try HTTPURL(text).lastComponent == name)
    }
}
