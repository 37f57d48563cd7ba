import JSON

/// One phone, server or encode service that a call names: what its job is for, or why it gets none.
struct JobRequest {
    let target: JobTarget
    let server: CloudServer?
    let refusal: CloudRefusal?

    init(_ phone: CloudPhone) {
        target = .phone(phone.id)
        server = phone.server
        refusal = nil
    }

    init(_ server: CloudServer) {
        target = .server(server.id)
        self.server = server
        refusal = nil
    }

    init(_ encoder: CloudEncoder) {
        target = .encoder(encoder.id)
        server = encoder.server
        refusal = nil
    }

    init(_ target: JobTarget, refused refusal: CloudRefusal) {
        self.target = target
        server = nil
        self.refusal = refusal
    }

    /// The element of the answer, without a job.
    func json(_ more: [String: JSONValue]) -> JSONValue {
        guard let field = target.field else { return .object(more) }
        return .object([field: .text(target.id)].merging(more) { $1 })
    }
}

extension SimulatedCloud {
    /// Starts the jobs of a call, and answers with one element for each (Cloud Phone API, jobs).
    func start(
        _ kind: JobKind, _ call: CloudCall, _ requests: [JobRequest], _ deed: @escaping ServerWork.Deed
    ) -> CloudAnswer {
        var started: [(job: CloudJob, server: CloudServer)] = []
        var elements: [JSONValue] = []
        for request in requests {
            guard let server = request.server else {
                let refusal = request.refusal ?? .cps(3)
                elements.append(
                    request.json(["error_code": .text(refusal.code), "error_msg": .text(refusal.message)]))
                continue
            }
            let job = CloudJob(id: makeID(), requestID: call.requestID, target: request.target)
            jobs[job.id] = job
            jobsOfRequests[call.requestID, default: []].append(job)
            started.append((job, server))
            elements.append(request.json(["job_id": .text(job.id)]))
        }
        enqueue(kind, started, deed)
        return CloudAnswer(["jobs": .array(elements)])
    }

    // MARK: Who is meant

    /// What a phone must be for a call.
    enum Readiness {
        /// Running.
        case running
        /// Neither starting nor stopping.
        case settled
    }

    /// A phone by its id, or why nothing is done to it.
    func request(forPhone id: String, _ readiness: Readiness) -> JobRequest {
        let target = JobTarget.phone(id)
        guard Self.isID(id) else { return JobRequest(target, refused: .cps(4)) }
        guard let phone = phoneTable[id] else { return JobRequest(target, refused: .cps(5)) }
        if case .refused(let code) = phone.fault { return JobRequest(target, refused: .code(code)) }
        guard phone.shownStatus != .frozen else { return JobRequest(target, refused: .cps(53)) }
        switch readiness {
        case .running where phone.status != .running: return JobRequest(target, refused: .cps(141))
        case .settled where !phone.status.isSettled: return JobRequest(target, refused: .cps(165))
        case .running, .settled: return JobRequest(phone)
        }
    }

    /// A server by its id, or why nothing is done to it.
    func request(forServer id: String, sharing: Bool = false) -> JobRequest {
        let target = JobTarget.server(id)
        guard Self.isID(id) else { return JobRequest(target, refused: .cps(97)) }
        guard let server = serverTable[id] else { return JobRequest(target, refused: .cps(156)) }
        guard !sharing || options.hasSharedStorage else { return JobRequest(target, refused: .cps(137)) }
        return JobRequest(server)
    }

    /// The server that a path names.
    func server(_ id: String?) throws(CloudRefusal) -> CloudServer {
        guard let id, Self.isID(id) else { throw .cps(97) }
        guard let server = serverTable[id] else { throw .cps(156) }
        return server
    }

    /// The phone that a path names.
    func phone(named id: String?) throws(CloudRefusal) -> CloudPhone {
        guard let id, Self.isID(id) else { throw .cps(4) }
        guard let phone = phoneTable[id] else { throw .cps(5) }
        return phone
    }

    /// The servers that a body names.
    func servers(of call: CloudCall, most: Int, sharing: Bool = false) throws(CloudRefusal) -> [JobRequest] {
        guard let ids = try call.texts("server_ids", orElse: 94), !ids.isEmpty else { throw .cps(95) }
        guard ids.count <= most else { throw .cps(96) }
        return ids.map { request(forServer: $0, sharing: sharing) }
    }

    /// 32 hex characters.
    static func isID(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
