import DequeModule
public import Lanes
import Synchronization

/// One adb server (`host:5037`) that carries phones, shared by all of them; never started, never killed.
///
/// It holds how many connections are open to it and how long it is left alone after it could not be reached.
public final class ADBServer: Sendable {
    /// What leads to its port.
    let opening: StreamOpening
    /// What messages call it: `rack-1.lab:5037`.
    public let name: String
    /// How many connections may be open at once; each stream is one.
    public let connectionLimit: Int

    private struct State {
        var open = 0
        var waiting = Deque<@Sendable () -> Void>()
        var failures = 0
        var restsUntil: LaneInstant?
    }
    private let state = Mutex(State())

    /// The first and the longest rest after a failure.
    private static let firstRest = Duration.milliseconds(250)
    private static let longestRest = Duration.seconds(30)

    /// Names a server; nothing is connected yet.
    public convenience init(at address: SocketAddress, name: String? = nil, connectionLimit: Int = 64) {
        self.init(through: .tcp(address), name: name ?? address.description, connectionLimit: connectionLimit)
    }

    /// Names a server that is reached by other streams than TCP; nothing is connected yet.
    public init(through opening: StreamOpening, name: String, connectionLimit: Int = 64) {
        self.opening = opening
        self.name = name
        self.connectionLimit = connectionLimit
    }

    // MARK: Places

    /// Runs `start` on the lane as soon as a place is free; whoever gets one gives it back with ``leave()``.
    func enter(on lane: Lane, _ start: @escaping @Sendable () -> Void) {
        let isFree = state.withLock { state in
            guard state.open < connectionLimit else {
                state.waiting.append { lane.run(start) }
                return false
            }
            state.open += 1
            return true
        }
        if isFree { lane.run(start) }
    }

    /// Gives a place back, or on to the one who has waited longest.
    func leave() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.open -= 1 }
            return next
        }
        next?()
    }

    // MARK: Back-off

    /// How long the server still rests after failures; nil when it may be tried.
    func rest(at now: LaneInstant) -> Duration? {
        guard let until = state.withLock({ $0.restsUntil }), until > now else { return nil }
        return until.since(now)
    }

    /// Notes that the server could not be reached: it rests twice as long each time, with some jitter.
    func couldNotBeReached(at now: LaneInstant) {
        state.withLock { state in
            let rest = min(ADBServer.longestRest, ADBServer.firstRest * (1 << min(state.failures, 7)))
            state.failures += 1
            // Many phones fail together; only the first of them makes the rest longer.
            guard state.restsUntil.map({ $0 <= now }) ?? true else { return }
            state.restsUntil = now.advanced(by: rest * Double.random(in: 0.8...1.2))
        }
    }

    /// Notes that the server answered.
    func answered() {
        state.withLock { state in
            state.failures = 0
            state.restsUntil = nil
        }
    }
}
