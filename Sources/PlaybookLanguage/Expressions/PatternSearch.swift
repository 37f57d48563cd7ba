extension Pattern {
    /// The most that a search may cost: characters of the text times instructions.
    private static let maximumWork = 64_000_000

    /// Whether the groups can be looked for in a text of this length.
    func canSearch(_ text: String) -> Bool { text.utf8.count * program.count <= Self.maximumWork }

    /// The first place where the pattern is found, and what its groups took there; nil when it is not found.
    ///
    /// The time is proportional to text and pattern, as that of ``matches(_:)`` is.
    ///
    /// - Returns: The whole, and each group in the order of their opening brackets; nil for one that took no part.
    public func firstMatch(in text: String) -> [String?]? {
        let scalars = Array(text.unicodeScalars)
        var search = PatternSearch(program: program, slots: (groupCount + 1) * 2)
        guard let places = search.first(in: ignoresCase ? scalars.map(Self.folded) : scalars) else { return nil }
        return (0...groupCount).map { group in
            let (start, end) = (places[group * 2], places[group * 2 + 1])
            guard start >= 0, end >= start else { return nil }
            return String(String.UnicodeScalarView(scalars[start..<end]))
        }
    }
}

/// Moves all ways through a pattern along together, each with the places of its groups; the preferred way comes first.
private struct PatternSearch {
    private struct Way {
        let place: Int
        var slots: [Int]
    }

    let program: [PatternInstruction]
    private let slots: Int
    private var marks: [Int]

    init(program: [PatternInstruction], slots: Int) {
        self.program = program
        self.slots = slots
        marks = Array(repeating: -1, count: program.count)
    }

    mutating func first(in text: [Unicode.Scalar]) -> [Int]? {
        var ways: [Way] = []
        var found: [Int]?
        for position in 0...text.count {
            var starts = ways
            if found == nil {
                var slots = Array(repeating: -1, count: slots)
                slots[0] = position
                starts.append(Way(place: 0, slots: slots))
            }
            let reached = spread(starts, at: position, in: text)
            ways = []
            for way in reached {
                let takes: Bool
                switch program[way.place] {
                case .match:
                    found = way.slots
                    found?[1] = position
                    takes = false
                case .scalar(let wanted): takes = position < text.count && wanted == text[position]
                case .any: takes = position < text.count && text[position] != "\n"
                case .set(let set): takes = position < text.count && set.contains(text[position])
                default: takes = false
                }
                // Every way behind one that is through is preferred less.
                if program[way.place] == .match { break }
                if takes { ways.append(Way(place: way.place + 1, slots: way.slots)) }
            }
            if ways.isEmpty, found != nil { break }
        }
        return found
    }

    /// Follows everything that needs no scalar, in the order of preference.
    private mutating func spread(_ starts: [Way], at position: Int, in text: [Unicode.Scalar]) -> [Way] {
        let previous = position > 0 ? text[position - 1] : nil
        let next = position < text.count ? text[position] : nil
        var reached: [Way] = []
        var stack = Array(starts.reversed())
        while let way = stack.popLast() {
            let place = way.place
            guard marks[place] != position else { continue }
            marks[place] = position
            func go(_ target: Int) { stack.append(Way(place: target, slots: way.slots)) }
            switch program[place] {
            case .scalar, .any, .set, .match: reached.append(way)
            case .jump(let target): go(target)
            case .split(let first, let second):
                go(second)
                go(first)
            case .save(let slot):
                var slots = way.slots
                slots[slot] = position
                stack.append(Way(place: place + 1, slots: slots))
            case .lineStart: if previous == nil || previous == "\n" { go(place + 1) }
            case .lineEnd: if next == nil || next == "\n" || next == "\r" { go(place + 1) }
            case .wordBoundary: if ScalarSet.isWord(previous) != ScalarSet.isWord(next) { go(place + 1) }
            case .noWordBoundary: if ScalarSet.isWord(previous) == ScalarSet.isWord(next) { go(place + 1) }
            }
        }
        return reached
    }
}
