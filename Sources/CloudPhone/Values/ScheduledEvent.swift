/// Something that the service is going to do to a server (Cloud Phone API, ListScheduledEvents).
public struct ScheduledEvent: PageElement {
    /// Its id.
    public let id: String
    /// The server.
    public let serverID: String
    /// The server's name.
    public let serverName: String?
    /// The server's specification.
    public let serverModelName: String?
    /// The server's state.
    public let serverStatus: ServerStatus
    /// `localdisk-recovery` or `system-maintenance`.
    public let type: String?
    /// What was authorised: `maintenance` or `redeploy`; nil before.
    public let authorization: String?
    /// `inquiring`, `scheduled`, `executing`, `completed`, `failed` or `canceled`.
    public let state: String?
    /// When it was announced.
    public let publishTime: String?
    /// When it began; nil before.
    public let startTime: String?
    /// When it ended; nil before.
    public let finishTime: String?
    /// When it is to begin.
    public let notBefore: String?
    /// When it is to be over.
    public let notAfter: String?
    /// When it has to begin at the latest.
    public let notBeforeDeadline: String?
    /// What it is, in the service's words.
    public let text: String?

    /// Whether it waits for somebody to authorise it.
    public var isInquiring: Bool { state == "inquiring" }

    /// The list's name.
    public static var listName: String { "scheduled_events" }
    /// The number of all events.
    public static var totalName: String? { "count" }
    /// Pages have marks.
    public static var hasMarker: Bool { true }
    /// Its id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        id = try fields.name("event_id")
        serverID = try fields.name("server_id")
        serverName = try fields.text("server_name")
        serverModelName = try fields.text("server_model_name")
        serverStatus = ServerStatus(number: try fields.integer("server_state"))
        type = try fields.text("type")
        authorization = try fields.text("authorization_type")
        state = try fields.text("state")
        publishTime = try fields.text("publish_time")
        startTime = try fields.text("start_time")
        finishTime = try fields.text("finish_time")
        notBefore = try fields.text("not_before")
        notAfter = try fields.text("not_after")
        notBeforeDeadline = try fields.text("not_before_deadline")
        text = try fields.text("description")
    }
}
