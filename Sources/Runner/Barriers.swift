/// Who has come to which barrier, and who waits there for the others of its wave.
///
/// A part of the ``Scheduler``: it knows no limit, and lets nobody go on by itself. Barriers are counted from 0.
struct Barriers {
    /// How many each target has come to; one that has ended holds nobody up.
    private var reached: [Int]
    /// The barrier at which a target waits.
    private var waiting: [Int: Int] = [:]

    init(targetCount: Int, ended: Set<Int>) {
        reached = Array(repeating: 0, count: targetCount)
        for target in ended { end(target) }
    }

    /// A target has a barrier behind it.
    mutating func pass(_ barrier: Int, by target: Int) { reached[target] = max(reached[target], barrier + 1) }

    /// A target has come to a barrier and waits there.
    mutating func wait(_ target: Int, at barrier: Int) {
        pass(barrier, by: target)
        waiting[target] = barrier
    }

    /// A target comes to no barrier any more.
    mutating func end(_ target: Int) {
        reached[target] = .max
        waiting[target] = nil
    }

    /// Opens each barrier to which the whole wave has come.
    ///
    /// - Returns: Those who waited there.
    mutating func open(for wave: [Int]) -> [Int] {
        guard !waiting.isEmpty else { return [] }
        var least = Int.max
        for target in wave { least = min(least, reached[target]) }
        let free = waiting.filter { $0.value < least }.keys.sorted()
        for target in free { waiting[target] = nil }
        return free
    }
}
