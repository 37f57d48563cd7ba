/// Makes values of inputs out of the texts that people give.
enum InputValue {
    /// A text of the command line as a value of a type.
    static func value(of text: String, _ type: InputType, _ choices: [String]) throws(TextMistake) -> Value {
        let core = CoreSchema.value(ofPlain: text)
        switch type {
        case .text, .secret: return .text(text)
        case .file, .directory, .app: return .text(try ArgumentKind.path("a path", below: nil).convert(.text(text)))
        case .choice: return .text(try ArgumentKind.choice(choices).convert(.text(text)))
        case .integer:
            guard let number = Int64(text), core != nil else {
                throw TextMistake("a whole number is needed, this is `\(text)`")
            }
            return .integer(number)
        case .number:
            guard let core else { throw TextMistake("a number has no leading zero, this is `\(text)`") }
            guard core.type == .integer || core.type == .number else {
                throw TextMistake("a number is needed, this is `\(text)`")
            }
            return .number(try ArgumentKind.number.convert(core))
        case .boolean: return .boolean(try ArgumentKind.flag.convert(core ?? .text(text)))
        case .duration: return .duration(try ArgumentKind.duration.convert(core ?? .text(text)))
        case .size: return .size(try ArgumentKind.size.convert(core ?? .text(text)))
        case .list: return .list(text.isEmpty ? [] : text.split(separator: ",").map { .text(trimmed($0)) })
        }
    }

    /// A value of a file as a value of a type.
    static func value(_ given: Value, _ type: InputType, _ choices: [String]) throws(TextMistake) -> Value {
        if type == .list, case .list = given {
            return .list(try ArgumentKind.list.convert(given).map { .text($0) })
        }
        guard let text = given.textForm else { throw TextMistake.wrong(given, type.valueType.phrase) }
        return try value(of: text, type, choices)
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}

extension InputDeclaration {
    /// Looks whether a value keeps to `min`, `max` and `pattern`.
    func check(_ value: Value) throws(TextMistake) {
        try check(bounds: value)
        guard let pattern else { return }
        switch value {
        case .text(let text) where !pattern.matches(text):
            throw TextMistake("`\(shortened(text))` does not match `\(pattern.source)`")
        case .list(let members):
            for case .text(let text) in members where !pattern.matches(text) {
                throw TextMistake("`\(shortened(text))` does not match `\(pattern.source)`")
            }
        default: break
        }
    }

    private func check(bounds value: Value) throws(TextMistake) {
        let measured: Value
        let what: String
        switch value {
        case .text(let text) where !type.isPath: (measured, what) = (.integer(Int64(text.count)), " characters")
        case .list(let members): (measured, what) = (.integer(Int64(members.count)), " members")
        default: (measured, what) = (value, "")
        }
        if let minimum, let order = compare(measured, minimum), order < 0 {
            throw TextMistake("at least \(Self.shown(minimum))\(what) are needed, this is \(Self.shown(measured))")
        }
        if let maximum, let order = compare(measured, maximum), order > 0 {
            throw TextMistake("at most \(Self.shown(maximum))\(what) are possible, this is \(Self.shown(measured))")
        }
    }

    private static func shown(_ value: Value) -> String {
        switch value {
        case .duration(let duration): durationText(duration)
        case .size(let size): "\(size)"
        default: value.textForm ?? ""
        }
    }

    private func shortened(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "…" : text }
}
