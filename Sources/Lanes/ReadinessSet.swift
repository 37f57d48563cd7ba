import CLinux
import Glibc

/// Something that wants to know when a descriptor is ready; called on the lane.
protocol ReadinessHandler: AnyObject {
    func descriptorIsReady(readable: Bool, writable: Bool, failed: Bool)
}

/// The lane's epoll descriptor and who waits in it; level-triggered.
final class ReadinessSet {
    let descriptor: CInt
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private let reports = UnsafeMutableBufferPointer<drover_ready>.allocate(capacity: 256)

    private struct Slot {
        var handler: (any ReadinessHandler)?
        /// Counts the slot's owners, so that a report for a closed descriptor never reaches its successor.
        var generation: UInt32
    }

    init() throws(SystemError) {
        descriptor = drover_epoll_create()
        guard descriptor >= 0 else { throw SystemError("epoll_create1") }
    }

    deinit {
        close(descriptor)
        reports.deallocate()
    }

    /// Starts watching; the answer is the token for later calls.
    func add(_ watched: CInt, events: UInt32, handler: any ReadinessHandler) throws(SystemError) -> UInt64 {
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
        } else {
            index = UInt32(slots.count)
            slots.append(Slot(handler: nil, generation: 0))
        }
        let token = UInt64(slots[Int(index)].generation) << 32 | UInt64(index)
        guard drover_epoll_control(descriptor, 0, watched, events, token) == 0 else {
            free.append(index)
            throw SystemError("epoll_ctl")
        }
        slots[Int(index)].handler = handler
        return token
    }

    /// Changes what is waited for.
    func change(_ watched: CInt, events: UInt32, token: UInt64) {
        _ = drover_epoll_control(descriptor, 1, watched, events, token)
    }

    /// Stops watching; to be called before the descriptor is closed.
    func remove(_ watched: CInt, token: UInt64) {
        _ = drover_epoll_control(descriptor, 2, watched, 0, token)
        let index = UInt32(truncatingIfNeeded: token)
        slots[Int(index)].handler = nil
        slots[Int(index)].generation &+= 1
        free.append(index)
    }

    /// Hands out pending reports: a few batches, so that jobs and timers get their turn too.
    func dispatchPending() {
        guard let base = reports.baseAddress else { return }
        for _ in 0..<4 {
            let count = Int(drover_epoll_collect(descriptor, base, 256))
            guard count > 0 else { return }
            for report in reports[..<count] { deliver(report) }
            if count < 256 { return }
        }
    }

    private func deliver(_ report: drover_ready) {
        let slot = slots[Int(UInt32(truncatingIfNeeded: report.token))]
        guard slot.generation == UInt32(report.token >> 32), let handler = slot.handler else { return }
        // Errors and hang-ups show themselves at the next read or write, with their errno.
        let failed = report.events & UInt32(DROVER_ERROR | DROVER_HANGUP) != 0
        handler.descriptorIsReady(
            readable: failed || report.events & UInt32(DROVER_READABLE) != 0,
            writable: failed || report.events & UInt32(DROVER_WRITABLE) != 0,
            failed: failed
        )
    }
}
