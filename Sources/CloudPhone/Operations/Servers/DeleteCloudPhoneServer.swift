public import JSON

/// Deletes servers that are paid by use, with all their phones and data; one job stands for all of them.
public struct DeleteCloudPhoneServerOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, DeleteCloudPhoneServer).
    public static let shape = OperationShape(
        "DeleteCloudPhoneServer", .delete, "/v2/{project_id}/cloud-phone/servers",
        body: [.texts("server_ids").ruled(.ids(of: "server", most: 10)).required], answer: Self.answer,
        hazard: .dataLoss, startsJobs: true, permission: .action("cph:servers:delete"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.hardware

    /// The servers, 1 to 10.
    public var serverIDs: [String]

    /// Names what is wanted.
    public init(serverIDs: [String]) {
        self.serverIDs = serverIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["server_ids": .array(serverIDs.map(JSONValue.text))]
    }

    /// Reads an answer, which has one job and names no server.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(readingOneJob: fields, of: subject, id: "")
    }
}
