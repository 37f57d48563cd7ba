import JSON

/// A label of a server (Cloud Phone API, tags).
public struct ResourceTag: PageElement {
    /// Its name, at most 127 characters.
    public let key: String
    /// Its value, at most 255 characters.
    public let value: String

    /// Puts a label together.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// The list's name.
    public static var listName: String { "tags" }
    /// There is no id of the call.
    public static var hasRequestID: Bool { false }
    /// Its name.
    public var identity: String { key }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        key = try fields.name("key")
        value = try fields.name("value")
    }

    /// As bodies have it.
    var body: JSONValue { ["key": .text(key), "value": .text(value)] }

    static let fields: [OperationField] = [
        .text("key").ruled(.characters(1...127, of: "the key of a tag")).required,
        .text("value").ruled(.characters(0...255, of: "the value of a tag")).required,
    ]
}

/// All values of a label in a project.
public struct TagValues: PageElement {
    /// The label's name, at most 127 characters.
    public let key: String
    /// Its values, at most 10 in a question.
    public let values: [String]

    /// Puts a label together.
    public init(key: String, values: [String]) {
        self.key = key
        self.values = values
    }

    /// The list's name.
    public static var listName: String { "tags" }
    /// The number of all labels.
    public static var totalName: String? { "total_count" }
    /// There is no id of the call.
    public static var hasRequestID: Bool { false }
    /// Its name.
    public var identity: String { key }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        key = try fields.name("key")
        values = try fields.texts("values")
    }

    /// As bodies have it.
    var body: JSONValue { ["key": .text(key), "values": .array(values.map(JSONValue.text))] }

    static let fields: [OperationField] = [
        .text("key").ruled(.characters(1...127, of: "the key of a tag")).required,
        .texts("values").ruled(.count(0...10, of: "values"), "one of these").required,
    ]
}

/// A server with its labels.
public struct TaggedResource: PageElement {
    /// The server's id.
    public let id: String
    /// More, in a text of the service's own form.
    public let detail: String?
    /// The server's name.
    public let name: String?
    /// Its labels.
    public let tags: [ResourceTag]

    /// The list's name.
    public static var listName: String { "resources" }
    /// The number of all servers that fit.
    public static var totalName: String? { "total_count" }
    /// There is no id of the call.
    public static var hasRequestID: Bool { false }
    /// The server's id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        id = try fields.name("resource_id")
        detail = try fields.text("resource_detail")
        name = try fields.text("resource_name")
        tags = try fields.list("tags", ResourceTag.init(reading:))
    }
}
