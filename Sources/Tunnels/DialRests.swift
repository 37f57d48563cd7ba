import Farm
import Lanes

/// How long a host is left alone after attempts that failed.
struct DialRests {
    private let limits: TunnelLimits
    private var failures = 0
    private var until: LaneInstant?
    private var refused: (error: PhoneError, until: LaneInstant)?

    init(_ limits: TunnelLimits) { self.limits = limits }

    /// The time before the next attempt.
    func rest(at now: LaneInstant) -> Duration { until.map { $0.since(now) } ?? .zero }

    /// What the host refused us for, while nobody is to ask again.
    func refusal(at now: LaneInstant) -> PhoneError? {
        refused.flatMap { $0.until > now ? $0.error : nil }
    }

    mutating func succeeded() {
        failures = 0
        until = nil
        refused = nil
    }

    mutating func failed(_ error: PhoneError, at now: LaneInstant) {
        if error.code == .unauthorized {
            refused = (error, now.advanced(by: limits.refusal))
        } else {
            let rest = min(limits.longestRest, limits.firstRest * (1 << min(failures, 10)))
            failures += 1
            until = now.advanced(by: rest * Double.random(in: 0.8...1.2))
        }
    }
}
