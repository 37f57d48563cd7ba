import CloudPhone
import DroverTesting
import JSON
import Testing

@testable import Simulator

@Suite("Client and simulated cloud against the service's table")
struct CloudCoverageTests {
    @Test("both have every operation of the table, with its method and path, and no other") func complete() throws {
        let table = try #require(JSONValue(parsing: try Fixture.bytes("cloud/operations.json"))?.elements)
        let wanted = table.map { row in
            ["name", "method", "path"].map { row[$0]?.text ?? "?" }.joined(separator: " ")
        }.sorted()
        #expect(wanted.count == 59)
        let called = OperationCatalog.all.map { "\($0.name) \($0.shape.method.rawValue) \($0.shape.path)" }
        let answered = OperationTable.all.map { "\($0.name) \($0.method) \($0.path)" }
        #expect(called.sorted() == wanted)
        #expect(answered.sorted() == wanted)
    }

    @Test("what the client's classes call looking is what the cloud counts as reading") func classes() throws {
        for route in OperationTable.all {
            let operation = try OperationCatalog.operation(named: route.name)
            #expect(route.isWrite == (operation.shape.hazard != .read), "\(route.name)")
        }
    }
}
