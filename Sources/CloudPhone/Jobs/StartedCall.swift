/// What a job is about.
public struct JobSubject: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of things that jobs work on.
    public enum Kind: String, Hashable, Sendable {
        /// A phone.
        case phone
        /// A server.
        case server
        /// An encode service.
        case encodeServer = "encode-server"
        /// A phone that is rented by itself.
        case instance

        /// The name of the member with the id.
        var field: String {
            switch self {
            case .phone: "phone_id"
            case .server: "server_id"
            case .encodeServer: "encode_server_id"
            case .instance: "instance_id"
            }
        }
    }

    /// The kind of thing.
    public let kind: Kind
    /// The service's id of it.
    public let id: String

    /// Names a thing.
    public init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }

    /// `phone 0a1b…`.
    public var description: String { "\(kind.rawValue) \(id)" }
}

/// The answer of a call that starts jobs: what became of each phone, server or encode service at once.
///
/// Its status is one of success even when every element was refused (Cloud Phone API, the answer that starts jobs).
public struct StartedCall: Hashable, Sendable {
    /// One element of the answer, as it came.
    public struct Element: Hashable, Sendable {
        /// What became of it.
        public enum Outcome: Hashable, Sendable {
            /// A job was started.
            case started(jobID: String)
            /// The service refused it at once.
            case refused(ServiceFault)
            /// The service works on it, and no job tells of it.
            case accepted
        }
        /// What it is about; the id is empty when the answer gave none.
        public let subject: JobSubject
        /// What became of it.
        public let outcome: Outcome

        /// Notes an element, also of an earlier process from its journal.
        public init(_ subject: JobSubject, _ outcome: Outcome) {
            self.subject = subject
            self.outcome = outcome
        }

        fileprivate init(
            _ fields: AnswerFields, _ subject: JobSubject, _ requestID: String, _ mayBeRefused: Bool
        ) throws(AnswerFault) {
            let jobID = try fields.name("job_id")
            // Where the documents have no errors, there may be some all the same.
            let errors = mayBeRefused ? fields : fields.unnoted
            let code = try errors.text("error_code")
            let message = try errors.name("error_msg")
            // An element without a job failed at once, whatever else it says.
            guard jobID.isEmpty else {
                self.init(subject, .started(jobID: jobID))
                return
            }
            let words = message.isEmpty && code == nil ? "the service named neither a job nor an error for it" : message
            self.init(subject, .refused(ServiceFault(code: code, message: words, requestID: requestID)))
        }

        /// The job's id, if there is one.
        public var jobID: String? { if case .started(let jobID) = outcome { jobID } else { nil } }
    }

    /// The service's id of the call; empty when it gave none.
    public let requestID: String
    /// The elements, in the answer's order.
    public let elements: [Element]

    /// Whether there is one job for all that was asked for.
    public let isOneJob: Bool

    /// Notes an answer, also one of an earlier process from its journal.
    public init(requestID: String, elements: [Element], isOneJob: Bool = false) {
        self.requestID = requestID
        self.elements = elements
        self.isOneJob = isOneJob
    }

    /// Reads an answer with an element for each that was asked for.
    ///
    /// - Parameter mayBeRefused: Whether elements can have errors of their own, by the service's documents.
    init(reading fields: AnswerFields, of kind: JobSubject.Kind, mayBeRefused: Bool = true) throws(AnswerFault) {
        let requestID = try fields.requestID()
        self.requestID = requestID
        isOneJob = false
        elements = try fields.list("jobs") { fields throws(AnswerFault) in
            let id = try fields.name(kind.field)
            return try Element(fields, JobSubject(kind, id), requestID, mayBeRefused)
        }
    }

    /// Reads an answer with one job for all that was asked for.
    init(
        readingOneJob fields: AnswerFields, of kind: JobSubject.Kind, id: String, mayBeRefused: Bool = false
    ) throws(AnswerFault) {
        let requestID = try fields.requestID()
        self.requestID = requestID
        isOneJob = true
        elements = [try Element(fields, JobSubject(kind, id), requestID, mayBeRefused)]
    }

    /// Notes an answer that takes all that was asked for, and names no job.
    public init(accepted kind: JobSubject.Kind, requestID: String) {
        self.init(requestID: requestID, elements: [Element(JobSubject(kind, ""), .accepted)], isOneJob: true)
    }

    /// Joins the answer with what was asked for.
    ///
    /// - Parameter ids: The ids that were sent, or that the servers that were sent are known to hold.
    public func matched(to ids: some Sequence<String>) -> MatchedCall { MatchedCall(self, ids: ids) }
}

/// The answer of a starting call, by the ids that were asked for.
public struct MatchedCall: Hashable, Sendable {
    /// What became of each id that the answer names, the first element counting.
    public private(set) var outcomes: [String: StartedCall.Element.Outcome] = [:]
    /// Ids that the answer does not name, in the order in which they were asked for: nobody knows what became of them.
    public private(set) var missing: [String] = []
    /// Elements about something that was not asked for, or without an id.
    public private(set) var foreign: [StartedCall.Element] = []
    /// Elements about something that another element before was about; their jobs run all the same.
    public private(set) var repeated: [StartedCall.Element] = []

    fileprivate init(_ call: StartedCall, ids: some Sequence<String>) {
        let asked = Array(ids)
        let wanted = Set(asked)
        if call.isOneJob, let only = call.elements.first {
            for id in asked { outcomes[id] = only.outcome }
            return
        }
        for element in call.elements {
            let id = element.subject.id
            if !wanted.contains(id) {
                foreign.append(element)
            } else if let first = outcomes[id] {
                // A job counts more than a refusal, since it changes the phone.
                if case .refused = first, element.jobID != nil { outcomes[id] = element.outcome }
                repeated.append(element)
            } else {
                outcomes[id] = element.outcome
            }
        }
        var seen: Set<String> = []
        missing = asked.filter { outcomes[$0] == nil && seen.insert($0).inserted }
    }
}
