public import JSON

/// What a call by name brings.
public struct CalledAnswer: Hashable, Sendable {
    /// The answer as it came, which was read by the rules of its operation.
    public let json: JSONValue
    /// The service's id of the call; empty when it gave none.
    public let requestID: String
    /// The jobs that it started; nil when the operation starts none.
    public let started: StartedCall?
}

/// An operation whose arguments stand by their names, to be sent like any other.
struct NamedOperation<Base: CloudOperation>: CloudOperation {
    typealias Answer = CalledAnswer

    static var shape: OperationShape { Base.shape }
    static var mayHideFailure: Bool { Base.mayHideFailure }

    let given: [String: JSONValue]

    init(given: [String: JSONValue]) { self.given = Base.shape.completed(given) }

    var pathValues: [String: String] {
        Dictionary(uniqueKeysWithValues: Self.shape.gaps.map { ($0.name, given[$0.name]?.text ?? "") })
    }

    var queryValues: [String: String?] {
        Dictionary(uniqueKeysWithValues: Self.shape.query.map { ($0.name, given[$0.name].map(Self.spelled)) })
    }

    var bodyValues: [String: JSONValue?] {
        let others = Set((Self.shape.gaps + Self.shape.query).map(\.name))
        if Self.shape.hasOpenBody { return given.filter { !others.contains($0.key) }.mapValues { $0 } }
        return Dictionary(uniqueKeysWithValues: Self.shape.body.map { ($0.name, given[$0.name]) })
    }

    static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) { try Base.checkWhole(given) }

    static func answer(reading fields: AnswerFields) throws(AnswerFault) -> CalledAnswer {
        let answer = try Base.answer(reading: fields)
        return CalledAnswer(json: fields.whole, requestID: try fields.requestID(), started: answer as? StartedCall)
    }

    /// A value as queries have it; lists are joined by commas.
    private static func spelled(_ value: JSONValue) -> String {
        if let elements = value.elements { return elements.map(spelled).joined(separator: ",") }
        if let flag = value.flag { return flag ? "true" : "false" }
        return value.text ?? value.integer.map { String($0) } ?? ""
    }
}
