import CloudPhone
import DroverTesting
import JSON
import Testing

@Suite("Operations against the service's table", .timeLimit(.minutes(1)))
struct ShapeTests {
    private static func table() throws -> [String: JSONValue] {
        let whole = JSONValue(parsing: try Fixture.bytes("cloud/operations.json"))
        let rows = try #require(whole?.elements ?? whole?["operations"]?.elements)
        return Dictionary(uniqueKeysWithValues: rows.compactMap { row in row["name"]?.text.map { ($0, row) } })
    }

    @Test("name, method, path, query, body and answer are the table's", arguments: SampleOperation.all)
    func shape(sample: SampleOperation) throws {
        let shape = sample.shape
        let row = try #require(try Self.table()[shape.name], "the table has no \(shape.name)")
        #expect(shape.method.rawValue == row["method"]?.text)
        #expect(shape.path == row["path"]?.text)
        #expect(shape.startsJobs == row["async"]?.flag)
        let models = row["models"]?.members ?? [:]
        #expect(Self.spelled(shape.query) == Self.spelled(row["query_types"], models))
        #expect(Self.spelled(shape.body) == Self.spelled(row["body"], models))
        #expect(Self.spelled(shape.answer) == Self.spelled(row["response"], models))
        let required = shape.query.filter(\.isRequired).map(\.name)
        #expect(Set(required) == Set(row["query_required"]?.elements?.compactMap(\.text) ?? []))
        let body = shape.body.filter(\.isRequired).map(\.name)
        #expect(Set(body) == Set(row["body_required"]?.elements?.compactMap(\.text) ?? []))
    }

    @Test("the request that is made fits its shape", arguments: SampleOperation.all)
    func request(sample: SampleOperation) throws {
        try sample.check()
        let shape = sample.shape
        for (name, value) in sample.query where value != nil {
            #expect(shape.query.contains { $0.name == name }, "\(shape.name) has no query part \(name)")
        }
        #expect(shape.query.filter(\.isRequired).allSatisfy { sample.query[$0.name].flatMap { $0 } != nil })
        let gaps = shape.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        #expect(Set(gaps) == Set(sample.path.keys).union(["project_id"]))
        let body = sample.body.compactMapValues { $0 }
        if shape.body.isEmpty {
            #expect(body.isEmpty)
        } else {
            try Self.expect(.object(body), fits: .object(shape.body), shape.name)
        }
    }

    @Test func `every operation of the table is there once, and no other`() throws {
        let wanted = try Self.table().keys.sorted()
        #expect(wanted.count == 59)
        #expect(SampleOperation.all.map(\.shape.name).sorted() == wanted)
        #expect(OperationCatalog.all.map(\.name).sorted() == wanted)
    }

    // MARK: Spelling

    /// `name:type` of each field, with the types of the table and the members of objects behind them.
    private static func spelled(_ fields: [OperationField]) -> Set<String> {
        Set(fields.map { "\($0.name):\(spelled($0.kind))" })
    }

    private static func spelled(_ kind: OperationField.Kind) -> String {
        switch kind {
        case .text: "string"
        case .integer: "integer"
        case .boolean: "boolean"
        case .textMap: "map<string,string>"
        case .list(let inner): "array<\(spelled(inner))>"
        case .object(let fields): "{\(spelled(fields).sorted().joined(separator: " "))}"
        }
    }

    private static func spelled(_ fields: JSONValue?, _ models: [String: JSONValue]) -> Set<String> {
        Set((fields?.members ?? [:]).map { "\($0):\(spelled($1.text ?? "", models))" })
    }

    private static func spelled(_ type: String, _ models: [String: JSONValue]) -> String {
        if type.hasPrefix("array<") { return "array<\(spelled(String(type.dropFirst(6).dropLast()), models))>" }
        guard let model = models[type] else { return type }
        return "{\(spelled(model, models).sorted().joined(separator: " "))}"
    }

    private static func expect(_ value: JSONValue, fits kind: OperationField.Kind, _ place: String) throws {
        switch (kind, value) {
        case (.text, .text), (.integer, .integer), (.boolean, .boolean): break
        case (.textMap, .object(let members)):
            for (name, member) in members { #expect(member.text != nil, "\(place).\(name)") }
        case (.list(let inner), .array(let elements)):
            for element in elements { try expect(element, fits: inner, "\(place)[]") }
        case (.object(let fields), .object(let members)):
            for (name, member) in members {
                let field = try #require(fields.first { $0.name == name }, "\(place) has no \(name)")
                try expect(member, fits: field.kind, "\(place).\(name)")
            }
            for field in fields where field.isRequired { #expect(members[field.name] != nil, "\(place).\(field.name)") }
        default: Issue.record("\(place) is \(value), which is no \(kind)")
        }
    }
}
