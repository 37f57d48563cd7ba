public import CloudPhone
public import JSON

/// An answer whose members nobody has described: it is handed on as it came, out of its envelope.
public struct GivenAnswer: AnswerValue {
    /// What the envelope held; an object without members where it held nothing.
    public let json: JSONValue
    /// The id of the call.
    public let requestID: String

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        json = fields.whole
        requestID = try fields.requestID()
    }
}
