import Lanes

/// The timers of one phone; their bodies run on the phone's lane and may touch whatever belongs to the phone.
///
/// A lane's own timers take only `Sendable` bodies. Here the bodies stay with the phone, and the lane is told a number.
final class DeviceTimers {
    private let clock: any LaneClock
    private let start: (Duration, Int) -> LaneTimer?
    private var pending: [Int: (body: () -> Void, timer: LaneTimer?)] = [:]
    private var next = 0

    /// - Parameter start: Sees to it that ``fire(_:)`` is called with the number when the time has passed.
    init(clock: any LaneClock, start: @escaping (Duration, Int) -> LaneTimer?) {
        self.clock = clock
        self.start = start
    }

    var now: LaneInstant { clock.now }

    /// Runs `body` later; the number cancels it.
    @discardableResult
    func after(_ duration: Duration, _ body: @escaping () -> Void) -> Int {
        next += 1
        let number = next
        pending[number] = (body, nil)
        pending[number]?.timer = start(duration, number)
        return number
    }

    func cancel(_ number: Int) {
        pending.removeValue(forKey: number)?.timer?.cancel()
    }

    func cancelAll() {
        for entry in pending.values { entry.timer?.cancel() }
        pending = [:]
    }

    func fire(_ number: Int) {
        pending.removeValue(forKey: number)?.body()
    }
}
