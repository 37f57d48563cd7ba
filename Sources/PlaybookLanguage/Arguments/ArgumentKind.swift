public import Farm

/// What an argument must be: the types it may have, and how a value becomes what a step works with.
public struct ArgumentKind<Result: Sendable>: Sendable {
    /// In a sentence: `a duration`, `a package name`.
    public let phrase: String
    /// The types that an expression may have here; unknown types are looked at on the phone.
    let types: Set<ValueType>
    /// Whether unquoted numbers stay the text they are.
    let isText: Bool
    let convert: @Sendable (Value) throws(TextMistake) -> Result

    /// Describes an argument of any type.
    public init(
        _ phrase: String, types: Set<ValueType>, isText: Bool,
        convert: @escaping @Sendable (Value) throws(TextMistake) -> Result
    ) {
        self.phrase = phrase
        self.types = types
        self.isText = isText
        self.convert = convert
    }

    /// An argument that is written as a text and has a grammar of its own.
    public static func parsed(
        _ phrase: String, _ parse: @escaping @Sendable (String) throws(TextMistake) -> Result
    ) -> ArgumentKind {
        ArgumentKind(phrase, types: Function.spellable, isText: true) { value throws(TextMistake) in
            guard let text = value.textForm else { throw TextMistake.wrong(value, phrase) }
            return try parse(text)
        }
    }

    /// The same, for the values of the farm.
    public static func farmText(
        _ phrase: String, _ parse: @escaping @Sendable (String) throws(FarmError) -> Result
    ) -> ArgumentKind {
        parsed(phrase) { text throws(TextMistake) in
            do throws(FarmError) {
                return try parse(text)
            } catch {
                throw TextMistake(error.reason, help: error.suggestion)
            }
        }
    }
}

extension TextMistake {
    static func wrong(_ value: Value, _ phrase: String) -> TextMistake {
        TextMistake("\(phrase) is needed, this is \(value.type.phrase)")
    }
}

extension ArgumentKind where Result == String {
    /// A text; numbers, `true` and the like are taken as they are written.
    ///
    /// A secret arrives as the plain text that it is: this is the last mile.
    public static var text: Self {
        Self("a text", types: Function.spellable.union([.secret]), isText: true) { value throws(TextMistake) in
            guard let text = value.textForm else { throw TextMistake.wrong(value, "a text") }
            return text
        }
    }

    /// One of a few words.
    public static func choice(_ words: [String]) -> Self {
        let phrase = words.count == 1 ? "`\(words[0])`" : "one of " + words.joined(separator: ", ")
        return .parsed(phrase) { text throws(TextMistake) in
            guard words.contains(text) else {
                let near = closest(text, words)
                throw TextMistake("`\(text)` is not \(phrase)", help: near.map { "did you mean `\($0)`?" })
            }
            return text
        }
    }

    /// A path on this machine; a relative one that is written in a playbook starts at the playbook's folder.
    static func path(_ phrase: String, below folder: String?) -> Self {
        .parsed(phrase) { text throws(TextMistake) in
            guard !text.isEmpty else { throw TextMistake("\(phrase) is needed, this is an empty text") }
            guard !text.utf8.contains(0) else { throw TextMistake("a path cannot hold a NUL") }
            return joinedPath(text, below: folder)
        }
    }
}

extension ArgumentKind where Result == Bool {
    /// `true` or `false`.
    public static var flag: Self {
        Self("true or false", types: [.boolean], isText: false) { value throws(TextMistake) in
            if case .boolean(let flag) = value { return flag }
            if case .text(let text) = value, let meant = Self.slips[text.lowercased()] {
                throw TextMistake(
                    "true or false is needed, this is the text `\(text)`", help: "did you mean `\(meant)`?")
            }
            throw TextMistake.wrong(value, "true or false")
        }
    }

    private static var slips: [String: Bool] {
        ["yes": true, "on": true, "y": true, "true": true, "no": false, "off": false, "n": false, "false": false]
    }
}

extension ArgumentKind where Result == Int {
    /// A whole number.
    public static func integer(in range: ClosedRange<Int> = .min ... .max) -> Self {
        Self("a whole number", types: [.integer, .text], isText: false) { value throws(TextMistake) in
            guard case .integer(let wide) = value, let number = Int(exactly: wide) else {
                throw TextMistake.wrong(value, "a whole number")
            }
            guard range.contains(number) else {
                let bounds =
                    range.upperBound == .max
                    ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
                throw TextMistake("\(number) is out of range: a number \(bounds) is needed")
            }
            return number
        }
    }
}

extension ArgumentKind where Result == Double {
    /// A number.
    public static var number: Self {
        Self("a number", types: [.integer, .number], isText: false) { value throws(TextMistake) in
            switch value {
            case .integer(let number): return Double(number)
            case .number(let number): return number
            default: throw TextMistake.wrong(value, "a number")
            }
        }
    }
}

extension ArgumentKind where Result == Duration {
    /// A length of time with its unit.
    public static var duration: Self {
        Self("a duration", types: [.duration, .text], isText: false) { value throws(TextMistake) in
            switch value {
            case .duration(let duration): return duration
            case .text(let text): return try readDuration(text)
            case .integer, .number:
                let number = value.textForm ?? ""
                throw TextMistake(
                    "a duration needs a unit, for example \(number)s", help: "the units are ms, s, m, h, d")
            default: throw TextMistake.wrong(value, "a duration")
            }
        }
    }
}

extension ArgumentKind where Result == ByteCount {
    /// A number of bytes with its unit.
    public static var size: Self {
        Self("a size", types: [.size, .text], isText: false) { value throws(TextMistake) in
            switch value {
            case .size(let size): return size
            case .text(let text):
                do throws(FarmError) {
                    return try ByteCount(parsing: text)
                } catch {
                    throw TextMistake(error.reason, help: error.suggestion)
                }
            case .integer, .number:
                let number = value.textForm ?? ""
                throw TextMistake(
                    "a size needs a unit, for example \(number)MB",
                    help: "the units are B, KB, MB, GB, TB, KiB, MiB, GiB, TiB")
            default: throw TextMistake.wrong(value, "a size")
            }
        }
    }
}

extension ArgumentKind where Result == [String] {
    /// Texts; a single one stands for a list of one.
    public static var list: Self {
        Self("a list", types: Function.spellable.union([.list, .secret]), isText: true) { value throws(TextMistake) in
            guard case .list(let values) = value else {
                guard let text = value.textForm else { throw TextMistake.wrong(value, "a list") }
                return [text]
            }
            var texts: [String] = []
            for value in values {
                guard let text = value.textForm else {
                    throw TextMistake("the list holds \(value.type.phrase), texts are needed")
                }
                texts.append(text)
            }
            return texts
        }
    }
}

extension ArgumentKind where Result == Value {
    /// Anything.
    public static var any: Self {
        Self("a value", types: Function.spellable.union([.list, .map, .null, .secret]), isText: false) {
            value throws(TextMistake) in value
        }
    }
}

extension ArgumentKind where Result == Pattern {
    /// A regular expression.
    public static var pattern: Self { .parsed("a pattern") { text throws(TextMistake) in try Pattern(text) } }
}

extension ArgumentKind where Result == PackageName {
    /// The name of an Android package.
    public static var packageName: Self {
        .farmText("a package name") { text throws(FarmError) in try PackageName(validating: text) }
    }
}

extension ArgumentKind where Result == RemotePath {
    /// An absolute path on a phone.
    public static var remotePath: Self {
        .farmText("a path on the phone") { text throws(FarmError) in try RemotePath(validating: text) }
    }
}
