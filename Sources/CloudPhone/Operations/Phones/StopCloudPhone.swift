public import JSON

/// Shuts phones down.
public struct StopCloudPhoneOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, StopCloudPhone).
    public static let shape = OperationShape(
        "StopCloudPhone", .post, "/v1/{project_id}/cloud-phone/phones/batch-stop",
        body: [.texts("phone_ids").ruled(.ids(of: "phone")).required],
        answer: Self.answer, hazard: .disrupt, startsJobs: true, permission: .action("cph:phones:stop"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.power

    /// The phones.
    public var phoneIDs: [String]

    /// Names what is wanted.
    public init(phoneIDs: [String]) {
        self.phoneIDs = phoneIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["phone_ids": .array(phoneIDs.map(JSONValue.text))]
    }
}
