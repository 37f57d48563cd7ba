import Lanes

// Sendable: touched only on the lane.

/// Holds a transfer to the limits of its phases, with one timer that looks when the next limit could pass.
final class PhaseWatch: @unchecked Sendable {
    private enum Phase { case connecting, asking, receiving }

    private let request: HTTPRequest
    private let lane: Lane
    private var phase = Phase.connecting
    private var lastMoved: LaneInstant
    private var deadline: LaneInstant?
    private var timer: LaneTimer?
    private var giveUp: ((HTTPError) -> Void)?

    init(_ request: HTTPRequest, on lane: Lane) {
        self.request = request
        self.lane = lane
        lastMoved = lane.now
    }

    /// Starts watching.
    ///
    /// Call on the lane.
    ///
    /// - Parameter deadline: When the whole must be done, redirections included.
    func start(deadline: LaneInstant?, _ giveUp: @escaping (HTTPError) -> Void) {
        self.deadline = deadline
        self.giveUp = giveUp
        lastMoved = lane.now
        look()
    }

    /// The connection stands and the request leaves.
    func isConnected() {
        phase = .asking
        lastMoved = lane.now
    }

    /// Bytes were sent, or came.
    func moved(isAnswer: Bool) {
        if isAnswer { phase = .receiving }
        lastMoved = lane.now
    }

    func stop() {
        timer?.cancel()
        timer = nil
        giveUp = nil
    }

    private func look() {
        guard giveUp != nil else { return }
        let now = lane.now
        if let deadline, now >= deadline {
            return pass("not done within \(request.limits.total ?? .zero)")
        }
        let (limit, words) = phaseLimit
        // The library watches the time for connecting itself, since it shares it out among a name's addresses; but it
        // does not count the time in which a request waits for a connection of others.
        let idle = now.since(lastMoved)
        guard phase == .connecting || idle < limit else { return pass(words) }
        var wait = phase == .connecting ? min(request.limits.firstByte, request.limits.stall) : limit - idle
        if let deadline { wait = min(wait, deadline.since(now)) }
        timer = lane.schedule(after: wait) { [self] in look() }
    }

    private var phaseLimit: (Duration, String) {
        switch phase {
        case .connecting: (request.limits.connect, "no connection within \(request.limits.connect)")
        case .asking: (request.limits.firstByte, "no answer within \(request.limits.firstByte)")
        case .receiving: (request.limits.stall, "no byte for \(request.limits.stall)")
        }
    }

    private func pass(_ words: String) {
        guard let giveUp else { return }
        stop()
        giveUp(
            HTTPError(
                .timedOut, request.operation, words, advice: "check that the server is not overloaded, or try later"))
    }
}
