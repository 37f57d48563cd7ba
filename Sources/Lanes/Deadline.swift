import Synchronization

/// A limit has passed; never a cancellation.
public struct DeadlineExceeded: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which limit.
    public enum Limit: String, Hashable, Sendable {
        /// The time for the whole.
        case total
        /// The time without a byte moved, while bytes were due.
        case stall
    }

    /// Which limit has passed.
    public let limit: Limit
    /// How long it is.
    public let duration: Duration

    /// Names the limit that has passed.
    public init(_ limit: Limit, _ duration: Duration) {
        self.limit = limit
        self.duration = duration
    }

    /// `no answer within 30.0 seconds`, or `no byte moved for 45.0 seconds`.
    public var description: String {
        switch limit {
        case .total: "not done within \(duration)"
        case .stall: "no byte moved for \(duration)"
        }
    }
}

/// Runs `operation` within limits on the lane's clock.
///
/// Call on the lane; the operation runs on it too.
/// When a limit passes, the operation is cancelled and waited for, so whatever it waits on must heed cancellation.
///
/// - Parameters:
///   - total: The time for the whole; nil for none.
///   - stall: The time without progress while `meter` says that bytes are due; nil for none.
/// - Throws: ``DeadlineExceeded``, or what the operation throws; `CancellationError` only when the caller was cancelled.
public func withDeadline<Value: Sendable>(
    total: Duration?, stall: Duration? = nil, meter: ProgressMeter? = nil, on lane: Lane,
    _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard total != nil || stall != nil else { return try await operation() }
    let task = Task(executorPreference: lane) { try await operation() }
    let watch = DeadlineWatch(lane: lane) { task.cancel() }
    watch.start(total: total, stall: stall, meter: meter)
    defer { watch.stop() }
    do {
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    } catch {
        throw watch.exceeded ?? error
    }
}

// Sendable: touched only on the lane.

/// The timers of one call of `withDeadline`.
private final class DeadlineWatch: @unchecked Sendable {
    private(set) var exceeded: DeadlineExceeded?
    private let lane: Lane
    private var cancel: (() -> Void)?
    private var timers: [LaneTimer] = []

    init(lane: Lane, cancel: @escaping () -> Void) {
        self.lane = lane
        self.cancel = cancel
    }

    func start(total: Duration?, stall: Duration?, meter: ProgressMeter?) {
        if let total {
            timers.append(lane.schedule(after: total) { [self] in pass(DeadlineExceeded(.total, total)) })
        }
        if let stall, let meter { watch(meter, stall: stall, after: stall) }
    }

    func stop() {
        for timer in timers { timer.cancel() }
        timers = []
        cancel = nil
    }

    /// Looks again when the limit could pass at the earliest, rather than moving a timer with every byte.
    private func watch(_ meter: ProgressMeter, stall: Duration, after wait: Duration) {
        let timer = lane.schedule(after: wait) { [self] in
            let idle = meter.isDue ? lane.now.since(meter.lastMoved) : .zero
            if idle >= stall {
                pass(DeadlineExceeded(.stall, stall))
            } else {
                watch(meter, stall: stall, after: stall - idle)
            }
        }
        if timers.count < 2 { timers.append(timer) } else { timers[timers.count - 1] = timer }
    }

    private func pass(_ limit: DeadlineExceeded) {
        guard let cancel else { return }
        exceeded = exceeded ?? limit
        self.cancel = nil
        cancel()
    }
}
