public import JSON

/// Sets when the service does what it announced and was allowed.
public struct UpdateScheduledEventOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = DoneAnswer

    /// What it sends and gets (Cloud Phone API, UpdateScheduledEvent).
    public static let shape = OperationShape(
        "UpdateScheduledEvent", .put, "/v1/{project_id}/cloud-phone/scheduled-events/{event_id}",
        body: [.text("not_before").ruled(.time(mayBeNow: true), "more than 5 minutes ahead").required],
        answer: Self.answer, hazard: .disrupt, permission: .action("cph:scheduledEvents:update"))

    /// The event.
    public var eventID: String
    /// The time, more than 5 minutes ahead; nil is now.
    public var notBefore: String?

    /// Names what is wanted.
    public init(eventID: String, notBefore: String?) {
        self.eventID = eventID
        self.notBefore = notBefore
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["event_id": eventID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["not_before": .text(notBefore ?? "")] }
}
