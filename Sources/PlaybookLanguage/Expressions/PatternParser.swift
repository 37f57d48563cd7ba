/// Turns the text of a pattern into its program.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0
    private var size = 0
    private(set) var ignoresCase = false
    private(set) var groupCount = 0

    private static let maximumSize = 5000

    private indirect enum Piece {
        case empty
        case one(PatternInstruction)
        case sequence([Piece])
        case either([Piece])
        /// At least, at most, and whether as little as possible is taken.
        case times(Piece, Int, Int?, Bool)
        case group(Int, Piece)
    }

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    mutating func program() throws(TextMistake) -> [PatternInstruction] {
        guard scalars.count <= 1000 else { throw TextMistake("a pattern has at most 1000 characters") }
        if scalars.starts(with: "(?i)".unicodeScalars) {
            ignoresCase = true
            place = 4
        }
        let piece = try alternatives()
        guard place == scalars.count else { throw TextMistake("the pattern has a `)` too many") }
        var program: [PatternInstruction] = []
        try emit(piece, into: &program)
        program.append(.match)
        return program
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        place += 1
        return true
    }

    private mutating func alternatives() throws(TextMistake) -> Piece {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw TextMistake("the pattern is nested too deeply") }
        var choices: [Piece] = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .either(choices)
    }

    private mutating func sequence() throws(TextMistake) -> Piece {
        var pieces: [Piece] = []
        while let scalar = next, scalar != "|", scalar != ")" { pieces.append(try repeated(try atom())) }
        return pieces.isEmpty ? .empty : .sequence(pieces)
    }

    private mutating func repeated(_ atom: Piece) throws(TextMistake) -> Piece {
        var bounds: (Int, Int?)?
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if next == "{", let counted = counts() {
            bounds = counted
        }
        guard let (least, most) = bounds else { return atom }
        let isLazy = take("?")
        if let sign = next, ["*", "+"].contains(sign) {
            throw TextMistake("the pattern has `\(sign)` after a repetition", help: "put the repeated part in ( )")
        }
        guard least <= most ?? least, max(least, most ?? 0) <= 1000 else {
            throw TextMistake("the pattern repeats something too often", help: "counts go from 0 to 1000, lower first")
        }
        return .times(atom, least, most, isLazy)
    }

    /// `{2}`, `{2,}` or `{2,5}`; anything else is a plain brace.
    private mutating func counts() -> (Int, Int?)? {
        guard let close = scalars[place...].firstIndex(of: "}") else { return nil }
        let inside = String(String.UnicodeScalarView(scalars[(place + 1)..<close]))
        let parts = inside.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let least = Int(parts[0]), least >= 0 else { return nil }
        let most = parts.count == 1 ? least : Int(parts[1])
        guard parts.count == 1 || most != nil || parts[1].isEmpty else { return nil }
        place = close + 1
        return (least, most)
    }

    private mutating func atom() throws(TextMistake) -> Piece {
        let scalar = scalars[place]
        place += 1
        switch scalar {
        case ".": return .one(.any)
        case "^": return .one(.lineStart)
        case "$": return .one(.lineEnd)
        case "*", "+", "?": throw TextMistake("the pattern repeats nothing with `\(scalar)`", help: "write \\\(scalar)")
        case "[": return .one(.set(try set()))
        case "(": return try group()
        case "\\": return try escape()
        default: return .one(.scalar(ignoresCase ? Pattern.folded(scalar) : scalar))
        }
    }

    private mutating func group() throws(TextMistake) -> Piece {
        var number: Int?
        if take("?") {
            guard take(":") else {
                throw TextMistake(
                    "the pattern uses `(?`, which looks around or names a group",
                    help: "there are ( ), (?: ) and a leading (?i)")
            }
        } else {
            groupCount += 1
            number = groupCount
        }
        let inner = try alternatives()
        guard take(")") else { throw TextMistake("the pattern has a `(` that is not closed") }
        return number.map { .group($0, inner) } ?? inner
    }

    private mutating func escape() throws(TextMistake) -> Piece {
        guard let letter = next else { throw TextMistake("the pattern ends in a lone backslash") }
        place += 1
        switch letter {
        case "b": return .one(.wordBoundary)
        case "B": return .one(.noWordBoundary)
        default: break
        }
        if let ranges = Self.classes(letter) { return .one(.set(ScalarSet(ranges: ranges))) }
        return .one(.scalar(try Self.literal(letter)))
    }

    private static func classes(_ letter: Unicode.Scalar) -> [ClosedRange<UInt32>]? {
        switch letter {
        case "d": ScalarSet.digits
        case "D": ScalarSet.inverted(ScalarSet.digits)
        case "w": ScalarSet.wordRanges
        case "W": ScalarSet.inverted(ScalarSet.wordRanges)
        case "s": ScalarSet.spaces
        case "S": ScalarSet.inverted(ScalarSet.spaces)
        default: nil
        }
    }

    private static func literal(_ letter: Unicode.Scalar) throws(TextMistake) -> Unicode.Scalar {
        switch letter {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        default: break
        }
        guard letter.isASCII, !letter.properties.isAlphabetic, !(0x30...0x39).contains(letter.value) else {
            throw TextMistake(
                "the pattern has an unknown escape `\\\(letter)`",
                help: "there are \\d \\w \\s \\b \\n \\t \\r and signs")
        }
        return letter
    }

    private mutating func set() throws(TextMistake) -> ScalarSet {
        var set = ScalarSet()
        set.isNegated = take("^")
        var isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            place += 1
            if scalar == "\\", let letter = next, let ranges = Self.classes(letter) {
                place += 1
                set.ranges += ranges
                continue
            }
            let low = try member(scalar)
            var high = low
            if next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" {
                place += 1
                let end = scalars[place]
                place += 1
                high = try member(end)
            }
            guard low.value <= high.value else {
                throw TextMistake("the pattern has the range \(low)-\(high) backwards")
            }
            set.ranges.append(low.value...high.value)
        }
        guard take("]") else { throw TextMistake("the pattern has a `[` that is not closed") }
        if ignoresCase { addLowercase(to: &set) }
        return set
    }

    private mutating func member(_ scalar: Unicode.Scalar) throws(TextMistake) -> Unicode.Scalar {
        guard scalar == "\\" else { return scalar }
        guard let letter = next else { throw TextMistake("the pattern ends in a lone backslash") }
        place += 1
        return try Self.literal(letter)
    }

    /// The text is folded to small letters, so capitals of a class stand for those.
    private func addLowercase(to set: inout ScalarSet) {
        for range in set.ranges {
            let overlap = range.clamped(to: 0x41...0x5A)
            if range.overlaps(0x41...0x5A) { set.ranges.append(overlap.lowerBound + 32...overlap.upperBound + 32) }
        }
    }

    private mutating func emit(_ piece: Piece, into program: inout [PatternInstruction]) throws(TextMistake) {
        guard program.count <= Self.maximumSize else { throw TextMistake("the pattern repeats too much") }
        switch piece {
        case .empty: break
        case .one(let instruction): program.append(instruction)
        case .sequence(let pieces): for piece in pieces { try emit(piece, into: &program) }
        case .either(let choices): try emit(choices: choices[...], into: &program)
        case .group(let number, let piece):
            program.append(.save(number * 2))
            try emit(piece, into: &program)
            program.append(.save(number * 2 + 1))
        case .times(let piece, let least, let most, let isLazy):
            for _ in 0..<least { try emit(piece, into: &program) }
            if let most {
                for _ in least..<most { try emit(optional: piece, isLazy, into: &program) }
            } else {
                try emit(optional: piece, isLazy, repeated: true, into: &program)
            }
        }
    }

    private mutating func emit(
        optional piece: Piece, _ isLazy: Bool, repeated: Bool = false, into program: inout [PatternInstruction]
    ) throws(TextMistake) {
        let start = program.count
        program.append(.jump(0))
        try emit(piece, into: &program)
        if repeated { program.append(.jump(start)) }
        program[start] = isLazy ? .split(program.count, start + 1) : .split(start + 1, program.count)
    }

    private mutating func emit(
        choices: ArraySlice<Piece>, into program: inout [PatternInstruction]
    ) throws(TextMistake) {
        var jumps: [Int] = []
        for (index, choice) in zip(choices.indices, choices) {
            guard index + 1 < choices.endIndex else {
                try emit(choice, into: &program)
                break
            }
            let start = program.count
            program.append(.split(start + 1, 0))
            try emit(choice, into: &program)
            jumps.append(program.count)
            program.append(.jump(0))
            program[start] = .split(start + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }
}
