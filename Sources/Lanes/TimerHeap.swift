// Sendable: touched only on the lane that made it.

/// A timer of one lane; cancel it on that lane.
public final class LaneTimer: @unchecked Sendable {
    let due: LaneInstant
    private var body: (@Sendable () -> Void)?

    init(due: LaneInstant, body: @escaping @Sendable () -> Void) {
        self.due = due
        self.body = body
    }

    /// Makes sure that the timer does not fire any more; what it held is released at once.
    public func cancel() { body = nil }

    var isCancelled: Bool { body == nil }

    func fire() {
        let body = body
        self.body = nil
        body?()
    }
}

/// Timers ordered by due time; cancelled ones are dropped when they come to the top or outnumber the others.
struct TimerHeap {
    private var heap: [LaneTimer] = []

    /// The due time of the earliest timer that is still wanted.
    var earliest: LaneInstant? {
        mutating get {
            dropCancelled()
            return heap.first?.due
        }
    }

    mutating func add(at due: LaneInstant, _ body: @escaping @Sendable () -> Void) -> LaneTimer {
        if heap.count >= 1024, heap.count.nonzeroBitCount == 1 { sweep() }
        let timer = LaneTimer(due: due, body: body)
        heap.append(timer)
        siftUp(heap.count - 1)
        return timer
    }

    mutating func removeFirst(dueAt now: LaneInstant) -> LaneTimer? {
        dropCancelled()
        guard let first = heap.first, first.due <= now else { return nil }
        removeTop()
        return first
    }

    private mutating func dropCancelled() {
        while let first = heap.first, first.isCancelled { removeTop() }
    }

    /// Most deadlines are cancelled long before they are due; without this they would pile up.
    private mutating func sweep() {
        heap.removeAll(where: \.isCancelled)
        heap.sort { $0.due < $1.due }
    }

    private mutating func removeTop() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].due < heap[least].due
            {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
