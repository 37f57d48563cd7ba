public import CloudPhone
public import JSON

/// Sets instances back to how they came, and everything on them is lost; their states tell when that is done.
public struct BatchResetInstanceOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchResetInstance", .post, "/v1/instances/batch-reset",
        body: [InstanceRules.ids()],
        answer: Self.answer, hazard: .dataLoss, startsJobs: true, service: .koophone())
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.instance
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.power

    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(instanceIDs: [String]) {
        self.instanceIDs = instanceIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["instance_ids": .array(instanceIDs.map(JSONValue.text))] }

    /// Reads an answer.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(readingAcceptance: fields)
    }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given)
    }
}
