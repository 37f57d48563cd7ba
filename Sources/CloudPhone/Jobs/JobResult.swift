/// A call that started jobs, to be looked after.
public struct WatchedCall: Hashable, Sendable {
    /// The service's id of the call.
    public let requestID: String
    /// What its jobs do.
    public let kind: JobKind
    /// The jobs that were named in the answer.
    public let jobIDs: [String]
    /// How long ago it was sent, for calls of an earlier process.
    public let age: Duration

    /// Names a call.
    public init(requestID: String, kind: JobKind, jobIDs: [String], age: Duration = .zero) {
        self.requestID = requestID
        self.kind = kind
        self.jobIDs = jobIDs
        self.age = age
    }

    /// Names a call by its answer.
    public init(_ call: StartedCall, kind: JobKind, age: Duration = .zero) {
        self.init(requestID: call.requestID, kind: kind, jobIDs: call.elements.compactMap(\.jobID), age: age)
    }
}

/// What became of a job.
public struct JobResult: Hashable, Sendable {
    /// What became of it.
    public enum Outcome: Hashable, Sendable {
        /// It is done; what the command said, if it said something.
        case success(CommandOutput?)
        /// It failed; what the command said, if it said something.
        case failed(ServiceFault, CommandOutput?)
        /// Nobody knows, for this reason: jobs cannot be cancelled, and it may still be done.
        case unknown(String)
    }

    /// The job.
    public let jobID: String
    /// The call that started it.
    public let requestID: String
    /// What became of it.
    public let outcome: Outcome
    /// When it began, such as `2026-01-02T03:04:05Z`; nil when the service did not say.
    public let beginTime: String?
    /// When it ended; nil when the service did not say.
    public let endTime: String?

    init(_ jobID: String, of requestID: String, _ outcome: Outcome, begin: String? = nil, end: String? = nil) {
        self.jobID = jobID
        self.requestID = requestID
        self.outcome = outcome
        beginTime = begin
        endTime = end
    }

    /// What an ended job became; nil while it runs.
    init?(_ job: CloudJob, of requestID: String) {
        let outcome: Outcome
        switch job.status {
        case .running, .unknown: return nil
        case .success: outcome = .success(job.output)
        case .failed:
            let fault = job.fault
            let whole = ServiceFault(
                code: fault?.code, message: fault?.message ?? "", requestID: fault?.requestID ?? requestID)
            outcome = .failed(whole, job.output)
        }
        self.init(job.jobID, of: requestID, outcome, begin: job.beginTime, end: job.endTime)
    }
}
