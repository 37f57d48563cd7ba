/// Lists what the service is going to do to servers, and what it did.
public struct ListScheduledEventsOperation: PagedOperation {
    /// What it lists.
    public typealias Element = ScheduledEvent

    /// What it sends and gets (Cloud Phone API, ListScheduledEvents).
    public static let shape = OperationShape(
        "ListScheduledEvents", .get, "/v1/{project_id}/cloud-phone/scheduled-events",
        query: [
            .pageSize(mostPerPage), .text("marker"), .text("event_id").ruled(.token(of: "event")),
            .text("server_id").ruled(.id(of: "server")),
            .text("publish_since").ruled(.time(mayBeNow: false)), .text("publish_until").ruled(.time(mayBeNow: false)),
            .texts("state").ruled(
                .oneOf(["inquiring", "scheduled", "executing", "completed", "failed", "canceled"])),
            .texts("type").ruled(.oneOf(["localdisk-recovery", "system-maintenance"])),
        ], answer: Self.answer, hazard: .read, permission: .action("cph:scheduledEvents:list"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself, which is 10.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// One event.
    public var eventID: String?
    /// The events of one server.
    public var serverID: String?
    /// Announced at or after this time.
    public var publishedSince: String?
    /// Announced at or before this time.
    public var publishedUntil: String?
    /// The states; none for all.
    public var states: [String]
    /// The types; none for all.
    public var types: [String]

    /// Names what is wanted.
    public init(
        eventID: String? = nil, serverID: String? = nil, publishedSince: String? = nil, publishedUntil: String? = nil,
        states: [String] = [], types: [String] = [], limit: Int? = nil
    ) {
        self.eventID = eventID
        self.serverID = serverID
        self.publishedSince = publishedSince
        self.publishedUntil = publishedUntil
        self.states = states
        self.types = types
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging([
            "event_id": eventID, "server_id": serverID, "publish_since": publishedSince,
            "publish_until": publishedUntil, "state": states.isEmpty ? nil : states.joined(separator: ","),
            "type": types.isEmpty ? nil : types.joined(separator: ","),
        ]) { $1 }
    }
}
