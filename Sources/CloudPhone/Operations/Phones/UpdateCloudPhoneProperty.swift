public import JSON

/// Sets properties of phones; some count only after a restart.
public struct UpdateCloudPhonePropertyOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, UpdateCloudPhoneProperty).
    public static let shape = OperationShape(
        "UpdateCloudPhoneProperty", .post, "/v1/{project_id}/cloud-phone/phones/batch-update-property",
        body: [
            .objects(
                "phones",
                [
                    .text("phone_id").required, .text("property").ruled(.json(most: PropertyCheck.limit)).required,
                    OperationField("custom_property", .textMap),
                ]
            ).ruled(.objects(of: "phone", by: "phone_id")).required
        ], answer: Self.answer, hazard: .change, startsJobs: true, permission: .action("cph:phones:updateProperty"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.setting

    /// The phones.
    public var phoneIDs: [String]
    /// A JSON object in a text.
    public var property: String
    /// Properties of the user's own.
    public var customProperty: [String: String]

    /// Names what is wanted.
    public init(phoneIDs: [String], property: String, customProperty: [String: String] = [:]) {
        self.phoneIDs = phoneIDs
        self.property = property
        self.customProperty = customProperty
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "phones": .array(
                phoneIDs.map { id in
                    var phone: [String: JSONValue] = ["phone_id": .text(id), "property": .text(property)]
                    if !customProperty.isEmpty {
                        phone["custom_property"] = .object(customProperty.mapValues(JSONValue.text))
                    }
                    return .object(phone)
                })
        ]
    }

    /// Looks at properties and the user's own together.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        for phone in given["phones"]?.elements ?? [] {
            try PropertyCheck.check(
                phone["property"]?.text ?? "",
                custom: (phone["custom_property"]?.members ?? [:]).compactMapValues(\.text))
        }
    }
}
