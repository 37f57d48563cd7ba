/// The name that somebody probably meant.
enum NearestName {
    /// The closest of `names` by edit distance; nil when none is close enough to be helpful.
    static func to(_ wrong: String, in names: some Sequence<String>) -> String? {
        let wanted = Array(wrong.utf8.prefix(100))
        let limit = max(1, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for name in names where name != wrong {
            let other = Array(name.utf8.prefix(100))
            let bound = min(limit, (best?.distance ?? limit + 1) - 1)
            guard bound >= 0, abs(other.count - wanted.count) <= bound else { continue }
            let distance = distance(wanted, other)
            if distance <= bound { best = (name, distance) }
            if distance <= 1 { break }
        }
        return best?.name
    }

    /// Insertions, removals, replacements and swaps of neighbours that lead from one text to the other.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...second.count)
        for (row, byte) in first.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(second.count + 1)
            for (column, other) in second.enumerated() {
                let same = byte == other || (byte | 0x20 == other | 0x20 && byte >= 0x41)
                var cost = min(previous[column] + (same ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, byte == second[column - 1], first[row - 1] == other {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[second.count]
    }
}
