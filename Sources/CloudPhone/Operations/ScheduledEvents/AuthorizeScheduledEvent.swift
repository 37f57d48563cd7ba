public import JSON

/// Lets the service do what it announced: maintain a server, or set it up again elsewhere without its data.
public struct AuthorizeScheduledEventOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = DoneAnswer

    /// What it sends and gets (Cloud Phone API, AuthorizeScheduledEvent).
    public static let shape = OperationShape(
        "AuthorizeScheduledEvent", .post, "/v1/{project_id}/cloud-phone/scheduled-events/{event_id}/authorize",
        body: [
            .text("authorization_type").ruled(.oneOf(["maintenance", "redeploy"])).required,
            .text("not_before").ruled(.time(mayBeNow: true), "only for maintenance, more than 5 minutes ahead"),
        ], answer: Self.answer, hazard: .dataLoss, permission: .action("cph:scheduledEvents:authorize"))

    /// What is allowed.
    public enum Permission: Hashable, Sendable {
        /// The server is maintained from this time on, more than 5 minutes ahead; nil is now.
        case maintenance(notBefore: String?)
        /// The server is set up again elsewhere.
        case redeploy
    }

    /// The event.
    public var eventID: String
    /// What is allowed.
    public var permission: Permission

    /// Names what is wanted.
    public init(eventID: String, permission: Permission) {
        self.eventID = eventID
        self.permission = permission
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["event_id": eventID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        switch permission {
        case .maintenance(let time): ["authorization_type": "maintenance", "not_before": .text(time ?? "")]
        case .redeploy: ["authorization_type": "redeploy"]
        }
    }

    /// Looks whether a time goes with what is allowed.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        guard given["authorization_type"]?.text == "maintenance" || given["not_before"] == nil else {
            throw CheckFault("not_before goes only with maintenance")
        }
    }
}
