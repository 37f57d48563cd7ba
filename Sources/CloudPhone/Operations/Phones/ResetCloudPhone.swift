public import JSON

/// Resets phones to the state in which they were made: all their data is lost.
public struct ResetCloudPhoneOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, ResetCloudPhone).
    public static let shape = OperationShape(
        "ResetCloudPhone", .post, "/v1/{project_id}/cloud-phone/phones/batch-reset",
        body: [
            .text("image_id").ruled(nil, "another image"),
            .objects(
                "phones",
                [
                    .text("phone_id").required, .text("property").ruled(.json(most: PropertyCheck.limit)),
                    .boolean("factory_reset_enabled").ruled(nil, "whether the history of properties goes, too"),
                ]
            ).ruled(.objects(of: "phone", by: "phone_id")).required,
        ], answer: Self.answer, hazard: .dataLoss, startsJobs: true, permission: .action("cph:phones:reset"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.power

    /// The phones; those that are shut down run afterwards.
    public var phoneIDs: [String]
    /// Another image.
    public var imageID: String?
    /// Properties for all of them, a JSON object in a text.
    public var property: String?
    /// Whether the history of their properties goes, too.
    public var forgetsProperties: Bool?

    /// Names what is wanted.
    public init(phoneIDs: [String], imageID: String? = nil, property: String? = nil, forgetsProperties: Bool? = nil) {
        self.phoneIDs = phoneIDs
        self.imageID = imageID
        self.property = property
        self.forgetsProperties = forgetsProperties
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "image_id": imageID.map(JSONValue.text),
            "phones": .array(
                phoneIDs.map { id in
                    var phone: [String: JSONValue] = ["phone_id": .text(id)]
                    phone["property"] = property.map(JSONValue.text)
                    phone["factory_reset_enabled"] = forgetsProperties.map(JSONValue.boolean)
                    return .object(phone)
                }),
        ]
    }
}
