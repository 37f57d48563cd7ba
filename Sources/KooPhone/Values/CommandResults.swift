public import CloudPhone

/// What became of a line on instances, told at once.
public struct CommandResults: AnswerValue {
    /// One of them.
    public struct Result: AnswerValue {
        /// The instance.
        public let instanceID: String
        /// How it ended.
        public let status: CloudJob.Status
        /// Why it failed; nil when it did not.
        public let fault: ServiceFault?
        /// What the line said, of which the service keeps 1,024 bytes.
        public let output: CommandOutput?

        /// Reads it.
        public init(reading fields: AnswerFields) throws(AnswerFault) {
            instanceID = try fields.name("instance_id")
            let number = try fields.integer("status")
            let code = try fields.name("error_code")
            let message = try fields.name("error_msg")
            output = try fields.text("execute_msg").map(CommandOutput.init)
            let isNamed = !code.isEmpty && code != "0"
            status = CloudJob.Status(number ?? (isNamed ? -1 : nil))
            fault =
                status == .failed
                ? ServiceFault(
                    code: isNamed ? code : nil, message: message.isEmpty ? "the command failed" : message,
                    requestID: nil)
                : nil
        }
    }

    /// The instances, in the answer's order.
    public let results: [Result]
    /// The id of the call.
    public let requestID: String

    /// Reads them.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        results = try fields.list("cmd_results", Result.init(reading:))
        requestID = try fields.requestID()
    }
}
