import Dispatch
import Glibc
import Synchronization

/// The time that lanes live by; injected, so that tests own it.
public protocol LaneClock: Sendable {
    /// The reading now.
    var now: LaneInstant { get }
    /// Makes what wakes a lane when its next timer is due. Called once per lane.
    func makeAlarm(for lane: Lane) -> any LaneAlarm
}

/// Wakes one lane at the time it last asked for.
public protocol LaneAlarm: AnyObject {
    /// Asks to be woken at or soon after `instant`; replaces what was asked before. Called on the lane.
    func set(_ instant: LaneInstant)
}

/// The machine's monotonic clock.
public struct SystemClock: LaneClock {
    /// The one clock there is.
    public init() {}

    /// `CLOCK_MONOTONIC` in nanoseconds.
    public var now: LaneInstant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return LaneInstant(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    /// A Dispatch timer on the lane's own queue.
    public func makeAlarm(for lane: Lane) -> any LaneAlarm { SystemAlarm(lane: lane) }
}

private final class SystemAlarm: LaneAlarm {
    private let source: any DispatchSourceTimer

    init(lane: Lane) {
        source = DispatchSource.makeTimerSource(queue: lane.queue)
        source.setEventHandler { [unowned lane] in lane.timeHasPassed() }
        source.resume()
    }

    func set(_ instant: LaneInstant) {
        // Dispatch's uptime is CLOCK_MONOTONIC on Linux, the clock of SystemClock.
        source.schedule(deadline: DispatchTime(uptimeNanoseconds: instant.nanoseconds), leeway: .milliseconds(1))
    }

    deinit { source.cancel() }
}

/// A clock that stands still until a test moves it.
public final class ManualClock: LaneClock {
    private struct State {
        var now = LaneInstant(nanoseconds: 1_000_000_000)
        var lanes: [WeakLane] = []
    }
    private struct WeakLane {
        weak var lane: Lane?
    }
    private let state = Mutex(State())

    /// A clock that reads one second.
    public init() {}

    /// The reading that the test has set.
    public var now: LaneInstant { state.withLock { $0.now } }

    /// Moves time, then waits until every lane has run the timers that became due.
    public func advance(by duration: Duration) async {
        let lanes = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            return state.lanes.compactMap(\.lane)
        }
        for lane in lanes {
            await withCheckedContinuation { continuation in
                lane.run {
                    lane.timeHasPassed()
                    continuation.resume()
                }
            }
        }
    }

    /// An alarm that rings only when ``advance(by:)`` says so.
    public func makeAlarm(for lane: Lane) -> any LaneAlarm {
        state.withLock { $0.lanes.append(WeakLane(lane: lane)) }
        return SilentAlarm()
    }

    private final class SilentAlarm: LaneAlarm {
        func set(_ instant: LaneInstant) {}
    }
}
