public import Lanes

/// Looks after the jobs of many calls together: one question covers every call that is due, up to 20.
///
/// Whoever waits for a job gets its own answer; past the deadline of its kind that answer is *unknown*.
public actor JobWatch {
    /// The lane on which everything happens.
    public nonisolated let lane: Lane
    private let client: CloudClient
    private let options: JobWatchOptions
    private let question: JobQuestion
    private var calls: [String: OpenCall] = [:]
    private var results: [String: JobResult] = [:]
    private var waiting: [String: [Waiter<JobResult>]] = [:]
    private var timer: LaneTimer?
    private var isLooking = false
    private var count = 0
    /// When all that were due were last looked at, and not one of them for all.
    private var wholeLook: LaneInstant?
    /// Whose turn it was to be looked at for all.
    private var sampled = 0
    /// How many times the service was asked for jobs.
    public private(set) var questions = 0

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Starts with nothing to look after.
    ///
    /// - Parameter question: How the service is asked for jobs.
    public init(
        _ client: CloudClient, options: JobWatchOptions = JobWatchOptions(), question: JobQuestion = .jobs
    ) {
        self.client = client
        self.options = options
        self.question = question
        lane = client.lane
    }

    // MARK: Callers

    /// Takes a call into care; of one that is in care already, jobs that are new are added.
    ///
    /// A call of an earlier process that is past its deadline is looked at once more.
    public func watch(_ call: WatchedCall) {
        let open = call.jobIDs.filter { results[$0] == nil }
        guard !open.isEmpty else { return }
        if calls[call.requestID] != nil {
            calls[call.requestID]?.jobs.formUnion(open)
            return
        }
        guard !call.requestID.isEmpty else {
            for jobID in open { end(JobResult(jobID, of: "", .unknown("the service gave no id of the call"))) }
            return
        }
        count += 1
        let first = options.firstLook(call.kind) - call.age
        calls[call.requestID] = OpenCall(
            number: count, kind: call.kind, jobs: Set(open),
            due: lane.now.advanced(by: max(.zero, first)),
            deadline: lane.now.advanced(by: max(.zero, options.deadline(call.kind) - call.age)), taken: lane.now,
            age: call.age)
        arm()
    }

    /// Waits for what becomes of a job; any number of callers may wait, and results are kept.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; the job is looked after all the same.
    public func result(of jobID: String) async throws -> JobResult {
        if let result = results[jobID] { return result }
        guard calls.values.contains(where: { $0.jobs.contains(jobID) }) else {
            return JobResult(jobID, of: "", .unknown("nobody looks after this job"))
        }
        let waiter = Waiter<JobResult>()
        waiting[jobID, default: []].append(waiter)
        return try await waiter.value()
    }

    /// How many jobs have not ended.
    public var openCount: Int { calls.values.reduce(0) { $0 + $1.jobs.count } }

    /// Stops looking; everybody who waits is told that the outcome is unknown.
    public func stop(_ reason: String = "nobody looks after it any more") {
        for (requestID, call) in calls { giveUp(call, requestID, reason) }
        timer?.cancel()
    }

    // MARK: Looking

    private func arm() {
        guard !isLooking else { return }
        timer?.cancel()
        guard let next = calls.values.map(\.nextLook).min() else { return }
        timer = lane.schedule(after: max(.zero, next.since(lane.now))) { [weak self] in
            self?.assumeIsolated { $0.startLooking() }
        }
    }

    private func startLooking() {
        guard !isLooking else { return }
        isLooking = true
        Task(executorPreference: lane) { await self.lookWhileDue() }
    }

    private func lookWhileDue() async {
        while let due = takeDue() { await look(at: due) }
        isLooking = false
        arm()
    }

    /// The calls of the next question: those that are due, the longest due first, and those that will be soon.
    private func takeDue() -> [String]? {
        let now = lane.now
        guard calls.values.contains(where: { $0.nextLook <= now }) else { return nil }
        let soon = now.advanced(by: options.together * options.scale)
        let order = calls.filter { $0.value.nextLook <= soon }.sorted {
            ($0.value.nextLook, $0.value.number) < ($1.value.nextLook, $1.value.number)
        }
        // A call that spoils questions is asked about by itself.
        if let first = order.first, first.value.refusals > 0 { return [first.key] }
        let together = order.filter { $0.value.refusals == 0 }.prefix(question.mostCalls)
        return together.map(\.key)
    }

    private func look(at requestIDs: [String]) async {
        // Jobs of one moment end at one moment, and a look at a thousand takes ten pages, of which there are few a second. So
        // as long as one call has no news, the others are left alone, for a part of the time that they have taken.
        guard let sample = sample(of: requestIDs) else { return await lookWhole(at: requestIDs) }
        let before = calls[sample]?.jobs.count ?? 0
        await ask(for: [sample])
        if calls[sample]?.jobs.count ?? 0 < before { return await lookWhole(at: requestIDs.filter { $0 != sample }) }
        for requestID in requestIDs { postpone(requestID, atLeast: options.sampleRest) }
    }

    private func lookWhole(at requestIDs: [String]) async {
        wholeLook = lane.now
        await ask(for: requestIDs)
    }

    /// The call that stands for all; nil where few pages tell of all, or where it is time to look at all.
    private func sample(of requestIDs: [String]) -> String? {
        let open = requestIDs.compactMap { calls[$0] }
        let jobs = open.reduce(0) { $0 + $1.jobs.count }
        guard requestIDs.count > 1, jobs > 2 * ListJobsOperation.mostPerPage, let oldest = open.map(\.taken).min(),
            open.allSatisfy({ $0.deadline > lane.now && $0.refusals == 0 })
        else { return nil }
        if let last = wholeLook, last >= oldest {
            guard lane.now.since(last) < lane.now.since(oldest) * Self.blindPart else { return nil }
        } else {
            // The first look at them.
            wholeLook = lane.now
        }
        sampled += 1
        return requestIDs[sampled % requestIDs.count]
    }

    /// Of the time since the oldest call, the most that passes between two looks at all.
    private static let blindPart = 0.25

    private func ask(for requestIDs: [String]) async {
        guard !requestIDs.isEmpty else { return }
        let wanted = requestIDs.reduce(into: Set<String>()) { $0.formUnion(calls[$1]?.jobs ?? []) }
        questions += 1
        do {
            let jobs = try await question.ask(client, requestIDs, wanted)
            take(jobs, of: requestIDs)
        } catch let error as CloudError {
            fail(error, requestIDs)
        } catch {
            for requestID in requestIDs { postpone(requestID) }
        }
    }

    private func take(_ jobs: [CloudJob], of requestIDs: [String]) {
        var owners: [String: String] = [:]
        for requestID in requestIDs {
            for jobID in calls[requestID]?.jobs ?? [] { owners[jobID] = requestID }
        }
        for job in jobs {
            guard let requestID = owners[job.jobID], let result = JobResult(job, of: requestID) else { continue }
            calls[requestID]?.jobs.remove(job.jobID)
            end(result)
        }
        for requestID in requestIDs {
            calls[requestID]?.refusals = 0
            postpone(requestID)
        }
    }

    private func fail(_ error: CloudError, _ requestIDs: [String]) {
        let isUnknownCall = ["CPS.0011", "CPS.0050"].contains(error.code)
        for requestID in requestIDs {
            guard isUnknownCall || error.isPassing else {
                if let call = calls[requestID] { giveUp(call, requestID, "its jobs cannot be asked for: \(error)") }
                continue
            }
            if isUnknownCall {
                // Any of several may be the one; asked about alone, a call may still be too young to be known.
                calls[requestID]?.refusals += 1
                if requestIDs.count == 1, let call = calls[requestID], call.refusals > Self.mostRefusals {
                    giveUp(call, requestID, "the service does not know the call: \(error)")
                    continue
                }
                if requestIDs.count > 1 { continue }
            }
            postpone(requestID)
        }
    }

    /// How often a call may be unknown to the service before that is believed.
    private static let mostRefusals = 4

    /// Sets the time of the next look, or gives up when the deadline has passed.
    ///
    /// - Parameter rest: The least time until then.
    private func postpone(_ requestID: String, atLeast rest: Duration = .zero) {
        guard var call = calls[requestID] else { return }
        guard !call.jobs.isEmpty else {
            calls[requestID] = nil
            return
        }
        guard call.deadline > lane.now else {
            let limit = options.deadline(call.kind)
            return giveUp(call, requestID, "it has not ended within \(limit), and jobs cannot be cancelled")
        }
        call.due = lane.now.advanced(
            by: max(rest, options.pause(after: call.age + lane.now.since(call.taken))))
        calls[requestID] = call
    }

    private func giveUp(_ call: OpenCall, _ requestID: String, _ reason: String) {
        calls[requestID] = nil
        for jobID in call.jobs { end(JobResult(jobID, of: requestID, .unknown(reason))) }
    }

    private func end(_ result: JobResult) {
        results[result.jobID] = result
        for waiter in waiting.removeValue(forKey: result.jobID) ?? [] { waiter.resume(with: .success(result)) }
    }
}

/// A call whose jobs have not all ended.
private struct OpenCall {
    let number: Int
    let kind: JobKind
    var jobs: Set<String>
    var due: LaneInstant
    let deadline: LaneInstant
    /// When it was taken into care, and how old it was then.
    let taken: LaneInstant
    let age: Duration
    var refusals = 0

    init(
        number: Int, kind: JobKind, jobs: Set<String>, due: LaneInstant, deadline: LaneInstant, taken: LaneInstant,
        age: Duration
    ) {
        self.taken = taken
        self.age = age
        self.number = number
        self.kind = kind
        self.jobs = jobs
        self.due = due
        self.deadline = deadline
    }

    /// When it is looked at, for the last time at its deadline.
    var nextLook: LaneInstant { min(due, deadline) }
}
