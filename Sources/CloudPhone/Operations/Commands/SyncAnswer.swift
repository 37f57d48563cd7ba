/// The answer to a synchronous shell line (Cloud Phone API, synchronous shell).
public struct SyncAnswer: AnswerValue {
    /// What became of one phone.
    public struct Result: AnswerValue {
        /// The phone; empty when the answer gave none.
        public let phoneID: String
        /// The job; empty when the answer gave none.
        public let jobID: String
        /// How it ended.
        ///
        /// Here the code CPS.0191 only says that the line failed, so the status tells.
        public let status: CloudJob.Status
        /// Why it failed, without the call's id; nil when it did not.
        public let fault: ServiceFault?
        /// What the line said, on success and on failure.
        public let output: CommandOutput?

        /// Reads it.
        public init(reading fields: AnswerFields) throws(AnswerFault) {
            phoneID = try fields.name("phone_id")
            jobID = try fields.name("job_id")
            let number = try fields.integer("status")
            let code = try fields.name("error_code")
            let message = try fields.name("error_msg")
            output = try fields.text("execute_msg").map(CommandOutput.init)
            // A phone that was refused at once has an error and no status.
            status = CloudJob.Status(number ?? (code.isEmpty ? nil : -1))
            let isLineFault = code == "CPS.0191" || code == "CPS0191"
            fault =
                status == .success || status == .running && code.isEmpty
                ? nil
                : ServiceFault(
                    code: code.isEmpty || isLineFault ? nil : code,
                    message: message.isEmpty ? "the command failed" : message, requestID: nil)
        }
    }

    /// The service's id of the call; empty when it gave none.
    public let requestID: String
    /// The phones, in the answer's order.
    public let results: [Result]

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        requestID = try fields.requestID()
        results = try fields.list("jobs", Result.init(reading:))
    }
}
