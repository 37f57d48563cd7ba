public import Lanes

/// What a call counts against.
public enum CallLoad: Hashable, Sendable, CaseIterable {
    /// Synchronous shell calls.
    case sync
    /// Other calls that change something.
    case write
    /// Calls that look.
    case read
}

/// Holds the calls of one account to its limits, in the order in which they come (Cloud Phone API, limits that shape a batch).
public actor CallLimiter {
    /// The lane on which everything happens, and whose clock counts.
    public nonisolated let lane: Lane
    private var lines: [CallLoad: CallLine]

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Starts with no calls made.
    public init(_ limits: CloudLimits = CloudLimits(), on lane: Lane) {
        self.lane = lane
        // A call may take longer on its way than the one that comes a period later, so periods are a little longer.
        lines = [
            .sync: CallLine(most: limits.syncPerMinute, per: .seconds(61)),
            .write: CallLine(most: limits.writesPerMinute, per: .seconds(61)),
            .read: CallLine(most: limits.readsPerSecond, per: .milliseconds(1100)),
        ]
    }

    /// Waits until a call may be sent, which counts from then on.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before that; nothing is counted then.
    public func admit(_ load: CallLoad) async throws {
        try Task.checkCancellation()
        let waiter = Waiter<Void>()
        lines[load]?.waiting.append(waiter)
        move(load)
        try await waiter.value()
    }

    /// Stops calls after one was refused as one too many: all that look, or all that change something, since refused
    /// calls count too.
    public func hold(_ load: CallLoad, for pause: Duration) {
        let end = lane.now.advanced(by: pause)
        for held in load == .read ? [CallLoad.read] : [.sync, .write] {
            let earlier = lines[held]?.heldUntil ?? end
            lines[held]?.heldUntil = max(earlier, end)
            move(held)
        }
    }

    /// How many calls wait.
    public func waitingCount(_ load: CallLoad) -> Int { lines[load]?.waiting.count ?? 0 }

    /// Lets those go whose time has come, and looks again when the next one's has.
    private func move(_ load: CallLoad) {
        guard var line = lines[load] else { return }
        line.timer?.cancel()
        line.timer = nil
        while !line.waiting.isEmpty {
            let time = line.nextTime(at: lane.now)
            guard time <= lane.now else {
                line.timer = lane.schedule(after: time.since(lane.now)) { [weak self] in
                    self?.assumeIsolated { $0.move(load) }
                }
                break
            }
            // Whoever was cancelled meanwhile has left and is not counted.
            if line.waiting.removeFirst().resume(with: .success(())) { line.sent.append(lane.now) }
        }
        lines[load] = line
    }
}

/// The calls of one kind: those of the last period, and those that wait.
private struct CallLine {
    let most: Int
    let period: Duration
    var sent: [LaneInstant] = []
    var heldUntil: LaneInstant?
    var waiting: [Waiter<Void>] = []
    var timer: LaneTimer?

    init(most: Int, per period: Duration) {
        self.most = most
        self.period = period
    }

    /// When the next call may go.
    mutating func nextTime(at now: LaneInstant) -> LaneInstant {
        sent.removeAll { $0.advanced(by: period) <= now }
        let free = sent.count < most ? now : sent[sent.count - most].advanced(by: period)
        return max(free, heldUntil ?? free)
    }
}
