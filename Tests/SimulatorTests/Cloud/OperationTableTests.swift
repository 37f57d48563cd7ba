import DroverTesting
import JSON
import Testing

@testable import Simulator

@Suite("The table of the cloud's operations") struct OperationTableTests {
    @Test("it has every operation of the official SDK, with its method and path") func completeness() throws {
        let table = try #require(JSONValue(parsing: Fixture.bytes("cloud/operations.json"))?.elements)
        let wanted = table.map { row in
            ["name", "method", "path"].map { row[$0]?.text ?? "?" }.joined(separator: " ")
        }
        let known = OperationTable.all.map { "\($0.name) \($0.method) \($0.path)" }
        #expect(known.sorted() == wanted.sorted())
        #expect(known.count == 59)
    }

    @Test("a path spelt out goes before one with a name in its place") func precedence() {
        let find = { (method: String, path: String) in
            CloudRoute.find(HTTPRequestHead(method: method, target: "/v1/p/\(path)", minorVersion: 1, fields: []))
        }
        #expect(find("GET", "cloud-phone/servers/share-files").routes.map(\.name) == ["ListShareFiles"])
        #expect(find("PUT", "cloud-phone/servers/open-access").routes.map(\.name) == ["UpdateKeypair"])
        #expect(find("PUT", "cloud-phone/servers/abc").routes.map(\.name) == ["UpdateServerName"])
        #expect(find("GET", "cph-server/abc/tags").routes.map(\.name) == ["ListResourceTags"])
        #expect(find("GET", "cloud-phone/phones/a%2Fb").values["phone_id"] == "a/b")
        #expect(find("DELETE", "cloud-phone/phones").isKnown && find("DELETE", "cloud-phone/phones").routes.isEmpty)
        #expect(!find("GET", "cloud-phone/nothing").isKnown)
    }
}
