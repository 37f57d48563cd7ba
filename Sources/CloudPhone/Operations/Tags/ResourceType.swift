/// The one kind of thing that bears labels (Cloud Phone API, enumerations).
enum ResourceType {
    static let server = "cph-server"
}

/// The labels of a server.
public struct ServerTags: AnswerValue {
    /// The labels.
    public let tags: [ResourceTag]

    /// Reads them.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        tags = try fields.list("tags", ResourceTag.init(reading:))
    }
}
