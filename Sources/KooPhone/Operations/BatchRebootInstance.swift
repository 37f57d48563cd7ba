public import CloudPhone
public import JSON

/// Restarts instances; their states tell when that is done.
public struct BatchRebootInstanceOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchRebootInstance", .post, "/v1/instances/reboot",
        body: [InstanceRules.ids()],
        answer: Self.answer, hazard: .disrupt, startsJobs: true, service: .koophone())
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
