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

    /// Reads an answer.
    static func answer(reading fields: AnswerFields) throws(AnswerFault) -> Answer
}

extension CloudOperation {
    /// No gaps.
    public var pathValues: [String: String] { [:] }
    /// No query.
    public var queryValues: [String: String?] { [:] }
    /// No body.
    public var bodyValues: [String: JSONValue?] { [:] }
    /// Nothing to look at.
    public func check() throws(CheckFault) {}

    /// The path with its gaps filled, not percent-encoded.
    func path(projectID: String) -> String {
        var path = Self.shape.path.replacing("{project_id}", with: projectID)
        for (name, value) in pathValues { path = path.replacing("{\(name)}", with: value) }
        return path
    }

    /// The body's bytes, made once: what is signed is what is sent.
    var bodyBytes: [UInt8] {
        guard !Self.shape.body.isEmpty else { return [] }
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

/// The answer to an operation that just does what it is told.
public struct DoneAnswer: AnswerValue {
    /// The service's id of the call; empty when it gave none.
    public let requestID: String

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) { requestID = try fields.requestID() }
}

/// The answer to an operation whose answer may hold an error although the status is one of success.
public struct CheckedAnswer: AnswerValue {
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
