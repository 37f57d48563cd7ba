public import JSON

/// Sends the traffic of phones, 1 to 100, through the encode service of their server, or directly again.
public struct ImportTrafficOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, ImportTraffic).
    public static let shape = OperationShape(
        "ImportTraffic", .post, "/v1/{project_id}/cloud-phone/phones-traffic",
        body: [
            .text("traffic_type").ruled(.oneOf(["direct", "routing"]), "routing leads through the encode service")
                .required, .texts("phone_ids").ruled(.ids(of: "phone", most: 100)).required,
        ], answer: Self.answer, hazard: .change, startsJobs: true, permission: .action("cph:phones:createTrafficRoute"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.setting

    /// The phones, 1 to 100.
    public var phoneIDs: [String]
    /// Whether their traffic goes through the encode service.
    public var isRouted: Bool

    /// Names what is wanted.
    public init(phoneIDs: [String], isRouted: Bool) {
        self.phoneIDs = phoneIDs
        self.isRouted = isRouted
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["traffic_type": .text(isRouted ? "routing" : "direct"), "phone_ids": .array(phoneIDs.map(JSONValue.text))]
    }
}
