import DequeModule
import Lanes

/// The way back to the host when it is long or narrow: bytes leave in order, each as late as distance and width say.
final class DelayLine {
    private let timers: DeviceTimers
    private let shaping: Shaping
    private let deliver: ([UInt8]) -> Void
    private var waiting = Deque<[UInt8]>()
    private var busyUntil: LaneInstant

    init(_ timers: DeviceTimers, shaping: Shaping, deliver: @escaping ([UInt8]) -> Void) {
        self.timers = timers
        self.shaping = shaping
        self.deliver = deliver
        busyUntil = timers.now
    }

    func send(_ bytes: [UInt8]) {
        busyUntil = max(busyUntil, timers.now)
        if let rate = shaping.bytesPerSecond {
            busyUntil = busyUntil.advanced(by: .seconds(Double(bytes.count) / Double(rate)))
        }
        let due = busyUntil.advanced(by: shaping.roundTrip)
        waiting.append(bytes)
        // Timers due at the same time may fire in any order; each takes the first in line, whoever it was set for.
        timers.after(due.since(timers.now)) { [weak self] in
            guard let self, let first = waiting.popFirst() else { return }
            deliver(first)
        }
    }
}
