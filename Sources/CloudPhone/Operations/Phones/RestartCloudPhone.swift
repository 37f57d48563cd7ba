public import JSON

/// Restarts phones, and starts those that are shut down.
public struct RestartCloudPhoneOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, RestartCloudPhone).
    public static let shape = OperationShape(
        "RestartCloudPhone", .post, "/v1/{project_id}/cloud-phone/phones/batch-restart",
        body: [
            .text("image_id").ruled(nil, "another image"),
            .objects("phones", [.text("phone_id").required, .text("property").ruled(.json(most: PropertyCheck.limit))])
                .ruled(.objects(of: "phone", by: "phone_id")).required,
        ],
        answer: Self.answer, hazard: .disrupt, startsJobs: true)
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.power

    /// The phones, which run or are shut down.
    public var phoneIDs: [String]
    /// Another image.
    public var imageID: String?
    /// Properties for all of them, a JSON object in a text.
    public var property: String?

    /// Names what is wanted.
    public init(phoneIDs: [String], imageID: String? = nil, property: String? = nil) {
        self.phoneIDs = phoneIDs
        self.imageID = imageID
        self.property = property
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "image_id": imageID.map(JSONValue.text),
            "phones": .array(
                phoneIDs.map { id in
                    var phone: [String: JSONValue] = ["phone_id": .text(id)]
                    phone["property"] = property.map(JSONValue.text)
                    return .object(phone)
                }),
        ]
    }
}
