import Lanes
import Synchronization

/// Sums up the bytes of all transfers, finished and under way, for live progress.
final class TransferTally: Sendable {
    /// One transfer under way.
    struct Transfer: Sendable {
        fileprivate let number: Int
    }

    private struct Running {
        let meter: ProgressMeter
        /// What the meter read before; one meter may see several transfers of a step.
        let before: UInt64
    }

    private struct State {
        var finished: UInt64 = 0
        var running: [Int: Running] = [:]
        var next = 0
    }
    private let state = Mutex(State())

    /// All bytes so far.
    var bytes: UInt64 {
        state.withLock { state in
            state.running.values.reduce(state.finished) { $0 + ($1.meter.bytes - $1.before) }
        }
    }

    /// Counts what a meter will count from here on.
    func begin(_ meter: ProgressMeter) -> Transfer {
        state.withLock { state in
            state.next += 1
            state.running[state.next] = Running(meter: meter, before: meter.bytes)
            return Transfer(number: state.next)
        }
    }

    /// Counts no further.
    func end(_ transfer: Transfer) {
        state.withLock { state in
            guard let running = state.running.removeValue(forKey: transfer.number) else { return }
            state.finished += running.meter.bytes - running.before
        }
    }
}
