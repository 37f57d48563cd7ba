import Farm
public import Journal

/// How far a run has come, kept up to date event by event; costs the same for the ten-thousandth event as for the first.
public struct RunProgress: Sendable {
    struct Running: Sendable {
        /// nil while it connects, and between two steps.
        var step: StepPath?
        /// When that began, in the milliseconds of the events.
        var since: Int64
    }

    private(set) var header: RunHeader?
    private(set) var labels: [StepPath: StepLabel] = [:]
    private(set) var startTime: Int64 = 0
    private(set) var counts = VerdictCounts()
    private(set) var running: [TargetID: Running] = [:]
    private(set) var isEnded = false
    /// The wave that began last.
    private(set) var wave: WaveStart?
    /// Why no new target begins; nil while they do.
    private(set) var stoppingReason: String?
    /// Steps that ended on targets which are still running.
    private(set) var finishedSteps = 0
    private var finishedStepsByTarget: [TargetID: Int] = [:]
    private var byteRate = ByteRate()

    /// Starts before the first event.
    public init() {}

    /// Takes the next event.
    public mutating func apply(_ event: JournalEvent) {
        switch event.body {
        case .runStarted(let header):
            self.header = header
            for step in header.steps { labels[step.path] = step }
            startTime = event.time
        case .phoneConnected(let target, _): running[target] = Running(step: nil, since: event.time)
        case .stepStarted(let target, let path, _):
            // Attempts of one step belong together: the step is as slow as all of them.
            guard running[target]?.step != path else { return }
            running[target] = Running(step: path, since: event.time)
        case .serviceAsked, .attemptFailed: return
        case .stepEnded(let target, _, _):
            running[target] = Running(step: nil, since: event.time)
            finishedStepsByTarget[target, default: 0] += 1
            finishedSteps += 1
        case .phoneEnded(let target, let end):
            running[target] = nil
            finishedSteps -= finishedStepsByTarget.removeValue(forKey: target) ?? 0
            counts[end.verdict] += 1
        case .playEnded(let target, _, _): running[target] = nil
        case .waveStarted(let start): wave = start
        case .runStopping(let stopping): stoppingReason = stopping.why
        case .waveEnded, .canaryReplaced, .runResumed: return
        case .runEnded: isEnded = true
        }
    }

    /// Begins where an earlier run of the same plan was stopped.
    public mutating func begin(with record: RunRecord, at time: Int64) {
        header = record.header
        for step in record.header?.steps ?? [] { labels[step.path] = step }
        startTime = time
        for phone in record.phones where !phone.takesPartAgain { counts[phone.verdict] += 1 }
    }

    /// Notes how many payload bytes all phones together have moved so far.
    ///
    /// - Parameter time: Milliseconds, on the clock of the events.
    public mutating func note(bytes: Int64, at time: Int64) { byteRate.note(bytes: bytes, at: time) }

    var total: Int { header?.targets.count ?? 0 }
    var waiting: Int { max(0, total - counts.total - running.count) }
    var bytes: Int64 { byteRate.bytes }

    /// Bytes per second over the last five seconds.
    var rate: Int64 { byteRate.perSecond }

    /// How much of the work is done, 0 to 1, by steps.
    var share: Double {
        let steps = max(1, header?.steps.count ?? 1)
        guard total > 0 else { return 0 }
        return min(1, Double(counts.total * steps + finishedSteps) / Double(total * steps))
    }

    /// Milliseconds that are probably left; nil while it is too early to say.
    func timeLeft(at now: Int64) -> Int64? {
        let elapsed = now - startTime
        guard share >= 0.02, share < 1, elapsed >= 2_000 else { return nil }
        return Int64(Double(elapsed) * (1 - share) / share)
    }

    /// Those who have been longest at what they are doing, the longest first.
    func slowest(_ count: Int) -> [(target: TargetID, running: Running)] {
        var slowest: [(target: TargetID, running: Running)] = []
        for (target, state) in running {
            let place =
                slowest.firstIndex { ($0.running.since, $0.target) > (state.since, target) } ?? slowest.count
            guard place < count else { continue }
            slowest.insert((target, state), at: place)
            if slowest.count > count { slowest.removeLast() }
        }
        return slowest
    }
}
