public import JSON

/// Moves a server to new hardware: it keeps name and id, and every phone is made anew without its data.
public struct ChangeCloudPhoneServerOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, ChangeCloudPhoneServer).
    public static let shape = OperationShape(
        "ChangeCloudPhoneServer", .post, "/v2/{project_id}/cloud-phone/servers/{server_id}/change",
        body: PhoneLayout.fields + [.object("extend_param", [PurchaseTerms.project])], answer: Self.answer,
        hazard: .dataLoss, startsJobs: true, permission: .action("cph:servers:change"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.hardware

    /// The server.
    public var serverID: String
    /// Its new phones.
    public var layout: PhoneLayout
    /// The enterprise project; nil for the one it is in.
    public var enterpriseProjectID: String?

    /// Names what is wanted.
    public init(serverID: String, layout: PhoneLayout, enterpriseProjectID: String? = nil) {
        self.serverID = serverID
        self.layout = layout
        self.enterpriseProjectID = enterpriseProjectID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["server_id": serverID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        layout.body.merging([
            "extend_param": enterpriseProjectID.map { ["enterprise_project_id": .text($0)] }
        ]) { $1 }
    }

    /// Looks at ports and bandwidth.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) { try PhoneLayout.check(given) }

    /// Reads an answer, which has one job and names the server.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(readingOneJob: fields, of: subject, id: try fields.name("server_id"), mayBeRefused: true)
    }
}
