/// A regular expression that is looked for anywhere in a text.
///
/// The time is proportional to text and pattern, whatever either holds: the texts come from phones. `^` and `$` stand
/// at the ends of lines, as in grep. There are no references back and no looking around.
public struct Pattern: Hashable, Sendable {
    /// The pattern as it was written.
    public let source: String
    let program: [PatternInstruction]
    let ignoresCase: Bool
    /// How many `( )` it has.
    let groupCount: Int

    /// Reads a pattern.
    ///
    /// - Throws: A sentence that says what is wrong with it.
    public init(_ source: String) throws(TextMistake) {
        self.source = source
        var parser = PatternParser(source)
        program = try parser.program()
        ignoresCase = parser.ignoresCase
        groupCount = parser.groupCount
    }

    /// Whether the pattern is found somewhere in the text.
    public func matches(_ text: String) -> Bool {
        var run = PatternRun(program: program)
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            let folded = ignoresCase ? Self.folded(scalar) : scalar
            if run.advance(over: folded, after: previous) { return true }
            previous = folded
        }
        return run.finish(after: previous)
    }

    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII {
            guard (0x41...0x5A).contains(scalar.value) else { return scalar }
            return Unicode.Scalar(scalar.value + 0x20) ?? scalar
        }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first ?? scalar : scalar
    }
}

/// A step of the machine that a pattern becomes.
enum PatternInstruction: Hashable, Sendable {
    case scalar(Unicode.Scalar)
    /// Anything but a line break.
    case any
    case set(ScalarSet)
    /// The way that is preferred comes first.
    case split(Int, Int)
    /// Notes the place in the text: where a group begins or ends.
    case save(Int)
    case jump(Int)
    case lineStart, lineEnd, wordBoundary, noWordBoundary
    case match
}

/// Which scalars a class such as `[a-z\d]` takes.
struct ScalarSet: Hashable, Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    static let digits = [UInt32(0x30)...0x39]
    static let wordRanges: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    static let spaces: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20, 0xA0...0xA0]

    static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return wordRanges.contains { $0.contains(scalar.value) }
    }

    /// What is left when some ranges are taken away from all scalars.
    static func inverted(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        result.append(next...0x10FFFF)
        return result
    }
}

/// All places of the program that a text can have reached, moved along together.
private struct PatternRun {
    let program: [PatternInstruction]
    private var current: [Int] = []
    private var marks: [Int]
    private var generation = 0
    private var stack: [Int] = []
    private var found = false

    init(program: [PatternInstruction]) {
        self.program = program
        marks = Array(repeating: -1, count: program.count)
    }

    /// Takes one scalar; true as soon as the pattern is found.
    mutating func advance(over scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Bool {
        spread(before: scalar, after: previous)
        if found { return true }
        let reached = current
        current.removeAll(keepingCapacity: true)
        for place in reached {
            let takes: Bool =
                switch program[place] {
                case .scalar(let wanted): wanted == scalar
                case .any: scalar != "\n"
                case .set(let set): set.contains(scalar)
                default: false
                }
            if takes { current.append(place + 1) }
        }
        return false
    }

    /// The text is over; whether the pattern was found at its end.
    mutating func finish(after previous: Unicode.Scalar?) -> Bool {
        spread(before: nil, after: previous)
        return found
    }

    /// Follows everything that needs no scalar: from the places reached, and from the beginning.
    private mutating func spread(before next: Unicode.Scalar?, after previous: Unicode.Scalar?) {
        generation += 1
        stack.removeAll(keepingCapacity: true)
        stack.append(0)
        stack.append(contentsOf: current.reversed())
        current.removeAll(keepingCapacity: true)
        while let place = stack.popLast() {
            guard marks[place] != generation else { continue }
            marks[place] = generation
            switch program[place] {
            case .scalar, .any, .set: current.append(place)
            case .jump(let target): stack.append(target)
            case .save: stack.append(place + 1)
            case .split(let first, let second):
                stack.append(second)
                stack.append(first)
            case .lineStart: if previous == nil || previous == "\n" { stack.append(place + 1) }
            case .lineEnd: if next == nil || next == "\n" || next == "\r" { stack.append(place + 1) }
            case .wordBoundary: if isWord(previous) != isWord(next) { stack.append(place + 1) }
            case .noWordBoundary: if isWord(previous) == isWord(next) { stack.append(place + 1) }
            case .match: found = true
            }
        }
    }

    private func isWord(_ scalar: Unicode.Scalar?) -> Bool { ScalarSet.isWord(scalar) }
}
