public import Lanes
import Synchronization

/// Waits until a meter has counted so many bytes, or the task that moves them has ended.
public func waitUntil<Value: Sendable>(
    _ meter: ProgressMeter, reads count: UInt64, orEndOf task: Task<Value, any Error>
) async {
    let ending = Ending()
    Task {
        _ = await task.result
        ending.isThere.withLock { $0 = true }
    }
    while meter.bytes < count, !ending.isThere.withLock({ $0 }) { await Task.yield() }
}

private final class Ending: Sendable {
    let isThere = Mutex(false)
}
