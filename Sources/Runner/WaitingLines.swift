import DequeModule

/// Who waits to be let in, a line for each group, and which group's turn it is.
///
/// A part of the ``Scheduler``: it keeps the order; who fits is the caller's to say.
struct WaitingLines {
    /// Those who wait in one group, in the order in which they came.
    private struct Line {
        /// Strands that have begun.
        var parked: Deque<Int> = []
        /// Targets that have not.
        var waiting: Deque<Int> = []
    }

    /// Where somebody stands in the lines; good until the next change.
    struct Spot {
        fileprivate let group: Int
        fileprivate let position: Int
    }

    private var lines: [Line]
    /// The group whose turn it is.
    private var turn = 0
    private var parkedCount = 0

    init(groupCount: Int) { lines = Array(repeating: Line(), count: groupCount) }

    // MARK: Those that have begun

    var hasParked: Bool { parkedCount > 0 }

    mutating func park(_ strand: Int, in group: Int) {
        lines[group].parked.append(strand)
        parkedCount += 1
    }

    mutating func unpark(_ strand: Int, in group: Int) {
        lines[group].parked.removeAll { $0 == strand }
        parkedCount -= 1
    }

    func hasParked(in group: Int, where matches: (_ strand: Int) -> Bool) -> Bool {
        hasParked && lines[group].parked.contains(where: matches)
    }

    /// The first that fits, of the group whose turn it is or of the next that has one.
    func firstParked(where fits: (_ strand: Int, _ group: Int) -> Bool) -> Spot? {
        guard hasParked else { return nil }
        for offset in lines.indices {
            let group = (turn + offset) % lines.count
            guard let position = lines[group].parked.firstIndex(where: { fits($0, group) }) else { continue }
            return Spot(group: group, position: position)
        }
        return nil
    }

    /// Takes a strand out of its line; the turn goes to the next group.
    mutating func takeParked(_ spot: Spot) -> Int {
        turn = spot.group + 1
        parkedCount -= 1
        return lines[spot.group].parked.remove(at: spot.position)
    }

    // MARK: Those that have not

    mutating func queue(_ target: Int, in group: Int) { lines[group].waiting.append(target) }

    mutating func giveUp(_ target: Int, in group: Int) { lines[group].waiting.removeAll { $0 == target } }

    /// The first of a line, if it fits, of the group whose turn it is or of the next; nobody passes another of its group.
    func firstWaiting(where fits: (_ target: Int, _ group: Int) -> Bool) -> Spot? {
        for offset in lines.indices {
            let group = (turn + offset) % lines.count
            guard let target = lines[group].waiting.first, fits(target, group) else { continue }
            return Spot(group: group, position: 0)
        }
        return nil
    }

    /// Takes a target out of its line; the turn goes to the next group.
    mutating func takeWaiting(_ spot: Spot) -> Int {
        turn = spot.group + 1
        return lines[spot.group].waiting.remove(at: spot.position)
    }
}
