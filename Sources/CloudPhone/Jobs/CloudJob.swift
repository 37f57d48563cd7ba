/// A job as the service describes it (Cloud Phone API, asking for jobs).
public struct CloudJob: PageElement {
    /// What a job's status can be; there is no "queued".
    public enum Status: Hashable, Sendable {
        /// It runs, or will.
        case running
        /// It is done.
        case success
        /// It failed.
        case failed
        /// A number that the documents do not have.
        case unknown(Int)

        /// Reads a number; without one it runs.
        public init(_ number: Int?) {
            self =
                switch number {
                case nil, 1: .running
                case 2: .success
                case -1: .failed
                case .some(let other): .unknown(other)
                }
        }
    }

    /// Its id; empty when the answer gave none.
    public let jobID: String
    /// The phone that it is about; empty when it is about no phone.
    public let phoneID: String
    /// The server that it is about; empty when it is about none.
    public let serverID: String
    /// How far it is.
    public let status: Status
    /// When it began, such as `2026-01-02T03:04:05Z`.
    public let beginTime: String?
    /// When it ended; nil while it runs.
    public let endTime: String?
    /// Why it failed; nil when it did not.
    public let fault: ServiceFault?
    /// What the command said, on success and on failure.
    public let output: CommandOutput?

    /// The list's name.
    public static var listName: String { "jobs" }
    /// Its id.
    public var identity: String { jobID }

    /// Reads one of a list.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        try self.init(reading: fields, isAlone: false)
    }

    init(reading fields: AnswerFields, isAlone: Bool) throws(AnswerFault) {
        let requestID = isAlone ? try fields.requestID() : ""
        phoneID = try fields.name("phone_id")
        let server = try fields.name("server_id")
        // The old name of the server's id.
        let node = isAlone ? "" : try fields.name("node_id")
        serverID = server.isEmpty ? node : server
        jobID = try fields.name("job_id")
        beginTime = try fields.text("begin_time")
        endTime = try fields.text("end_time")
        status = Status(try fields.integer("status"))
        let code = try fields.name("error_code")
        let message = try fields.name("error_msg")
        let isFaulty = status == .failed || !code.isEmpty || !message.isEmpty
        fault =
            status == .success || !isFaulty
            ? nil : ServiceFault(code: code.isEmpty ? nil : code, message: message, requestID: requestID)
        output = try fields.text("execute_msg").map(CommandOutput.init)
    }
}

/// What a command on a phone said, of which the service keeps 1,024 bytes.
public struct CommandOutput: Hashable, Sendable {
    /// The text, as it came.
    public let text: String
    /// Whether more may have been said.
    public let isCut: Bool

    /// The bytes that the service keeps, possibly half of a character at the end (Cloud Phone API, asking for jobs).
    public static let limit = 1024

    /// Takes a text as it came.
    public init(_ text: String) {
        self.text = text
        isCut = text.utf8.count >= Self.limit || text.utf8.count >= Self.limit - 3 && text.hasSuffix("\u{FFFD}")
    }
}
