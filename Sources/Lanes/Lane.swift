import CLinux
import DequeModule
import Dispatch
import Synchronization

// Sendable: mutable state is touched only on `queue`, except `inbox`, which has its own lock.

/// One serial queue, the executor that pins actors and tasks to it, one readiness set, and one heap of timers.
///
/// Everything that talks often (a phone's link, its streams, its step loop) lives on one lane, so that handing over
/// costs nanoseconds. There is a lane per core at most, and no thread per phone.
///
/// A *turn* is one stay on the queue: events first, then the jobs they made ready, then one write per socket that has
/// something to say. Jobs enqueued on the lane itself join the running turn and never pass through Dispatch.
public final class Lane: SerialExecutor, TaskExecutor, @unchecked Sendable {
    /// The lane's name, as debuggers show it.
    public let name: String
    /// The clock of all deadlines on this lane.
    public let clock: any LaneClock

    let queue: DispatchQueue
    let readiness: ReadinessSet
    var timers = TimerHeap()
    /// A buffer that every socket of the lane reads into; its content is valid during one callback.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 4096)
    /// Room for the I/O vectors of one `writev`.
    let vectors = IOVectors(capacity: 512)

    private var jobs = Deque<UnownedJob>()
    private var unflushed: [any TurnEnding] = []
    private var alarm: (any LaneAlarm)?
    private var alarmIsSetFor: LaneInstant?
    private var source: (any DispatchSourceRead)?
    private let inbox = Mutex(Inbox())

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var isTurnScheduled = false
    }

    /// Starts a lane.
    ///
    /// - Throws: ``SystemError`` when the readiness set cannot be made (descriptors are used up).
    public init(name: String, clock: any LaneClock = SystemClock()) throws(SystemError) {
        self.name = name
        self.clock = clock
        queue = DispatchQueue(label: "drover.lane.\(name)", target: .global())
        readiness = try ReadinessSet()
        alarm = clock.makeAlarm(for: self)
        let source = DispatchSource.makeReadSource(fileDescriptor: readiness.descriptor, queue: queue)
        source.setEventHandler { [unowned self] in turn { readiness.dispatchPending() } }
        // The source may look at the epoll descriptor until it is cancelled, so that is what closes it at the latest.
        source.setCancelHandler { [readiness] in withExtendedLifetime(readiness) {} }
        source.activate()
        self.source = source
    }

    deinit {
        source?.cancel()
        scratch.deallocate()
    }

    /// Makes `count` lanes (at least one) that share a clock.
    ///
    /// - Throws: ``SystemError`` when descriptors are used up.
    public static func pool(_ count: Int, clock: any LaneClock = SystemClock()) throws(SystemError) -> [Lane] {
        var lanes: [Lane] = []
        for index in 0..<max(1, count) { lanes.append(try Lane(name: "\(index)", clock: clock)) }
        return lanes
    }

    /// The clock's reading.
    public var now: LaneInstant { clock.now }

    /// Whether the caller runs on this lane.
    public var isCurrent: Bool { drover_current_lane() == Unmanaged.passUnretained(self).toOpaque() }

    /// Stops the program when the caller is not on this lane: a mistake of ours, never of a phone's.
    public func preconditionOnLane() {
        precondition(isCurrent, "this must run on lane \(name)")
    }

    /// Runs `body` on the lane in a turn of its own, from anywhere.
    public func run(_ body: @escaping @Sendable () -> Void) {
        queue.async { [self] in turn(body) }
    }

    // MARK: Executor

    /// Runs a job on the lane; from the lane itself it joins the running turn.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard !isCurrent else {
            jobs.append(job)
            return
        }
        let mustSchedule = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isTurnScheduled = true }
            return !inbox.isTurnScheduled
        }
        if mustSchedule { queue.async { [self] in turn(takeInbox) } }
    }

    /// Stops the program when the caller is not on this lane.
    public func checkIsolated() { preconditionOnLane() }

    /// Whether the caller runs on this lane, for `assumeIsolated` inside event handlers.
    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    private func takeInbox() {
        let taken = inbox.withLock { inbox in
            defer { inbox = Inbox() }
            return inbox.jobs
        }
        jobs.append(contentsOf: taken)
    }

    // MARK: Turns

    /// One stay on the queue: `body`, then jobs and writes until neither is left, within a bound.
    func turn(_ body: () -> Void) {
        drover_enter_lane(Unmanaged.passUnretained(self).toOpaque())
        defer { drover_enter_lane(nil) }
        body()
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        // Jobs that keep making jobs must not starve sockets and timers: after so many, a new turn.
        var budget = 4096
        // And a peer that takes bytes as fast as they are made must not keep the lane to itself. One stream may stand on
        // another, so twice what a plain socket needs.
        var flushes = 4
        while budget > 0 {
            if let job = jobs.popFirst() {
                budget -= 1
                job.runSynchronously(isolatedTo: serial, taskExecutor: task)
            } else if !unflushed.isEmpty, flushes > 0 {
                flushes -= 1
                let streams = unflushed
                unflushed.removeAll(keepingCapacity: true)
                for stream in streams { stream.flush() }
            } else {
                break
            }
        }
        armAlarm()
        if !jobs.isEmpty || !unflushed.isEmpty { queue.async { [self] in turn { readiness.dispatchPending() } } }
    }

    /// Has `stream` write at the end of the turn, so that all it was given leaves in one piece.
    ///
    /// Call on the lane.
    public func flushAtEndOfTurn(_ stream: any TurnEnding) { unflushed.append(stream) }

    // MARK: Time

    /// Runs `body` on the lane once `duration` has passed on the lane's clock.
    ///
    /// Call on the lane.
    @discardableResult
    public func schedule(after duration: Duration, _ body: @escaping @Sendable () -> Void) -> LaneTimer {
        preconditionOnLane()
        return timers.add(at: now.advanced(by: duration), body)
    }

    /// Runs what has become due; the alarm calls this.
    func timeHasPassed() {
        let fire = { [self] in
            // What has arrived counts as in time: on a busy machine the alarm may be heard before older bytes are read.
            readiness.dispatchPending()
            alarmIsSetFor = nil
            while let timer = timers.removeFirst(dueAt: now) { timer.fire() }
        }
        if isCurrent { fire() } else { turn(fire) }
    }

    private func armAlarm() {
        guard let next = timers.earliest else { return }
        if let armed = alarmIsSetFor, armed <= next { return }
        alarmIsSetFor = next
        alarm?.set(next)
    }

    /// Suspends the calling task until `duration` has passed on the lane's clock.
    ///
    /// Call on the lane.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        let waiter = Waiter<Void>()
        let timer = schedule(after: duration) { waiter.resume(with: .success(())) }
        defer { timer.cancel() }
        try await waiter.value(cancellable: true)
    }
}

/// What gathers during a turn of its lane and leaves at the end.
public protocol TurnEnding: AnyObject {
    /// Lets go of what has gathered; called on the lane.
    func flush()
}
