public import JSON

/// One operation of the service with its arguments: it knows its request, its own validity and how to read its answer.
public protocol CloudOperation: Hashable, Sendable {
    /// What a success brings.
    associatedtype Answer: Sendable

    /// What it sends and gets.
    static var shape: OperationShape { get }
    /// The values of the path's gaps but for `project_id`.
    var pathValues: [String: String] { get }
    /// The parts of the query; nil ones are left out.
    var queryValues: [String: String?] { get }
    /// The members of the body; nil ones are left out.
    var bodyValues: [String: JSONValue?] { get }

    /// Looks at the arguments before anything is sent.
    ///
    /// - Throws: ``CheckFault`` for the first that the service would refuse.
    func check() throws(CheckFault)

    /// Looks at what no field shows alone; all fields are right when it is asked.
    ///
    /// - Parameter given: The arguments by their names, as callers write them.
    static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault)

    /// Reads an answer.
    static func answer(reading fields: AnswerFields) throws(AnswerFault) -> Answer

    /// Whether an answer with a status of success can hold an error for the whole call.
    static var mayHideFailure: Bool { get }
}

extension CloudOperation {
    /// No gaps.
    public var pathValues: [String: String] { [:] }
    /// No query.
    public var queryValues: [String: String?] { [:] }
    /// No body.
    public var bodyValues: [String: JSONValue?] { [:] }
    /// Looks at every argument by the rule of its field, and then at all of them together.
    public func check() throws(CheckFault) { try checkArguments() }
    /// Nothing to look at.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {}
    /// Whether an answer with a status of success can hold an error for the whole call.
    public static var mayHideFailure: Bool { Answer.self is any RefusableAnswer.Type }

    /// Looks at every argument by the rule of its field, and then at all of them together.
    func checkArguments() throws(CheckFault) {
        let given = arguments
        if let first = Self.shape.faults(in: given).first { throw first.fault }
        try Self.checkWhole(given)
    }

    /// The arguments by their names, as callers write them.
    var arguments: [String: JSONValue] {
        var given = bodyValues.compactMapValues { $0 }
        for (name, value) in pathValues { given[name] = .text(value) }
        for field in Self.shape.query {
            guard let text = queryValues[field.name] ?? nil else { continue }
            given[field.name] =
                switch field.kind {
                case .integer: Int64(text).map(JSONValue.integer) ?? .text(text)
                case .list: .array(text.split(separator: ",").map { .text(String($0)) })
                default: .text(text)
                }
        }
        return given
    }

    /// The path with its gaps filled, not percent-encoded.
    func path(projectID: String) -> String {
        var path = Self.shape.path.replacing("{project_id}", with: projectID)
        for (name, value) in pathValues { path = path.replacing("{\(name)}", with: value) }
        return path
    }

    /// The body's bytes, made once: what is signed is what is sent.
    var bodyBytes: [UInt8] {
        guard !Self.shape.body.isEmpty || Self.shape.hasOpenBody else { return [] }
        return JSONValue.object(bodyValues.compactMapValues { $0 }).bytes
    }
}

/// What can be read from an answer.
public protocol AnswerValue: Hashable, Sendable {
    /// Reads it.
    init(reading fields: AnswerFields) throws(AnswerFault)
}

extension CloudOperation where Answer: AnswerValue {
    /// Reads an answer.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> Answer {
        try Answer(reading: fields)
    }
}

/// An operation that starts a job per phone, server or encode service.
public protocol StartingOperation: CloudOperation where Answer == StartedCall {
    /// What its jobs are about.
    static var subject: JobSubject.Kind { get }
    /// How soon and how long its jobs are looked at.
    static var jobKind: JobKind { get }
}

extension StartingOperation {
    /// Reads an answer.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(reading: fields, of: subject)
    }
}

/// An answer of success that may hold an error for the whole call all the same.
protocol RefusableAnswer {}

extension StartedCall: RefusableAnswer {}

/// The answer to an operation that just does what it is told.
public struct DoneAnswer: AnswerValue {
    /// The service's id of the call; empty when it gave none.
    public let requestID: String

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) { requestID = try fields.requestID() }
}

/// The answer to an operation whose answer may hold an error although the status is one of success.
public struct CheckedAnswer: AnswerValue, RefusableAnswer {
    /// The service's id of the call; empty when it gave none.
    public let requestID: String

    /// Reads it; the client has looked at the error before.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        requestID = try fields.requestID()
        _ = try fields.text("error_code")
        _ = try fields.text("error_msg")
    }
}

/// The answer to an operation that answers with an empty body (status 204).
public struct EmptyAnswer: AnswerValue {
    /// Reads nothing.
    public init(reading fields: AnswerFields) throws(AnswerFault) {}
}
