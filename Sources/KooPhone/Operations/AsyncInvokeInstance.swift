public import CloudPhone
public import JSON

/// Runs a shell line; what it says comes with the job, 1,024 bytes at most.
public struct AsyncInvokeInstanceOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "AsyncInvokeInstance", .post, "/v1/instances/async-command",
        body: [.line, InstanceRules.ids()],
        answer: Self.answer, hazard: .change, startsJobs: true,
        permission: .action("koophone:cloudphoneResource:asyncInvokeInstance"), service: .koophone())
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.instance
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.shell

    /// A shell line, at most 1,024 bytes of few characters.
    public var line: String
    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(line: String, instanceIDs: [String]) {
        self.line = line
        self.instanceIDs = instanceIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["command": .text(line), "instance_ids": .array(instanceIDs.map(JSONValue.text))]
    }

    /// Reads an answer.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(readingTask: fields)
    }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given)
        try InstanceRules.checkLine(given["command"]?.text ?? "")
    }
}
