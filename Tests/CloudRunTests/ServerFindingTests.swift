import CloudPhone
import Farm
import JSON
import Testing

@testable import CloudLinks

@Suite("Servers of the farm file in their account")
struct ServerFindingTests {
    private static let listed: [ListedServer] = {
        let names = [("s1", "rack-1"), ("s2", "rack-2"), ("s3", "twin"), ("s4", "twin")]
        return names.compactMap { id, name in
            try? ListedServer(reading: AnswerFields(.object(["server_id": .text(id), "server_name": .text(name)])))
        }
    }()

    @Test(
        "an id decides where there is one, and the name otherwise",
        arguments: [("rack-2", nil, "s2"), ("rack-2", "s1", "s1"), ("elsewhere", "s3", "s3"), ("twin", "s4", "s4")]
            as [(String, String?, String)])
    func found(name: String, id: String?, found: String) throws {
        #expect(try Self.listed.one(named: name, id: id, in: "main").id == found)
    }

    @Test(
        "what is not there, or there more than once, is told with what to do",
        arguments: [
            ("rack-9", nil, "the account has no server of this name", "it has rack-1, rack-2, twin"),
            ("rack-1", "s9", "the account has no server with the id s9", "it has rack-1, rack-2, twin"),
            ("twin", nil, "the account has 2 servers of this name", "add `id:` to the server in the farm file"),
        ] as [(String, String?, String, String)])
    func missing(name: String, id: String?, reason: String, advice: String) throws {
        let error = try #require(throws: ServiceError.self) {
            try Self.listed.one(named: name, id: id, in: "main")
        }
        #expect(error.code == "no-server")
        #expect(error.operation == "find the server \(name) in main")
        #expect(error.reason == reason)
        #expect(error.advice == advice)
    }

    @Test func `an empty account says so`() throws {
        let error = try #require(throws: ServiceError.self) {
            try [ListedServer]().one(named: "rack-1", id: nil, in: "main")
        }
        #expect(error.advice == "it has none at all; look at the account's region and project")
    }
}
