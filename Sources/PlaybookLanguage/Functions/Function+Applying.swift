import Farm

extension Function {
    /// Computes the function; the arguments have been counted but not looked at.
    func apply(_ arguments: [Value]) throws(FunctionMistake) -> Value {
        for (index, (argument, parameter)) in zip(arguments, parameters).enumerated() {
            guard parameter.types.isEmpty || parameter.types.contains(argument.type) else {
                let wanted = parameter.types.count > 2 ? "something else" : Self.phrase(parameter.types)
                throw FunctionMistake(index: index, "\(rawValue)() takes \(wanted) here, not \(argument.type.phrase)")
            }
        }
        let first = arguments[0]
        let second = arguments.count > 1 ? arguments[1] : .null
        switch (self, first) {
        case (.default, _): return first == .null ? second : first
        case (.contains, .list(let list)): return .boolean(list.contains { equal($0, second) })
        case (.length, .text(let text)): return .integer(Int64(text.count))
        case (.length, .list(let list)): return .integer(Int64(list.count))
        case (.length, .map(let map)): return .integer(Int64(map.count))
        case (.version, _): return .list(versionParts(first.textForm ?? ""))
        case (.quote, _): return .text(try shellText(first))
        case (.raw, _), (.text, _): return .text(first.textForm ?? "")
        case (.slice, .text(let text)):
            let bounds = try bounds(text.count, second, arguments.count > 2 ? arguments[2] : nil)
            return .text(String(text.dropFirst(bounds.lowerBound).prefix(bounds.count)))
        case (_, .text(let text)): return try apply(to: text, arguments)
        case (_, .list(let list)): return try apply(to: list, arguments)
        case (.keys, .map(let map)): return .list(map.keys.sorted().map { .text($0) })
        case (.values, .map(let map)): return .list(map.sorted { $0.key < $1.key }.map(\.value))
        case (.range, .integer(let number)): return try range(number, second)
        default: return try apply(toNumber: first, second)
        }
    }

    private func apply(to text: String, _ arguments: [Value]) throws(FunctionMistake) -> Value {
        let second = arguments.count > 1 ? arguments[1].textForm ?? "" : ""
        switch self {
        case .lower: return .text(text.lowercased())
        case .upper: return .text(text.uppercased())
        case .trim: return .text(Self.trimmed(text))
        case .contains:
            guard case .text = arguments[1] else {
                throw FunctionMistake(index: 1, "contains() takes a text here, not \(arguments[1].type.phrase)")
            }
            return .boolean(text.contains(second))
        case .startsWith: return .boolean(text.hasPrefix(second))
        case .endsWith: return .boolean(text.hasSuffix(second))
        case .replace: return .text(try replaced(second, by: arguments[2].textForm ?? "", in: text))
        case .match: return try matched(second, in: text)
        case .split: return .list(Self.split(text, second))
        case .lines: return .list(Self.lines(text))
        case .json: return try JSONText.value(of: text)
        case .basename: return .text(Self.basename(text))
        case .dirname: return .text(Self.dirname(text))
        case .int, .number, .size, .duration: return try parsed(Self.trimmed(text))
        default: throw FunctionMistake(index: 0, "\(rawValue)() does not take a text")
        }
    }

    private func shellText(_ value: Value) throws(FunctionMistake) -> String {
        guard let quoted = ShellQuoting.quoted(value) else {
            throw FunctionMistake(index: 0, "this value cannot be put into a shell line")
        }
        return quoted
    }

    private static func phrase(_ types: Set<ValueType>) -> String {
        types.map(\.phrase).sorted().joined(separator: " or ")
    }

    // MARK: Texts

    private func replaced(_ part: String, by other: String, in text: String) throws(FunctionMistake) -> String {
        guard !part.isEmpty else { throw FunctionMistake(index: 1, "replace() needs a part to look for") }
        let pieces = text.split(separator: part, omittingEmptySubsequences: false)
        guard text.utf8.count + pieces.count * other.utf8.count <= Evaluation.maximumTextLength * 2 else {
            throw FunctionMistake(index: 2, "the text gets longer than 1 MiB")
        }
        return pieces.joined(separator: other)
    }

    /// The whole and its groups, or null when the pattern is not found.
    private func matched(_ pattern: String, in text: String) throws(FunctionMistake) -> Value {
        let compiled: Pattern
        do throws(TextMistake) {
            compiled = try Pattern(pattern)
        } catch {
            throw FunctionMistake(index: 1, error.message)
        }
        guard compiled.canSearch(text) else { throw FunctionMistake(index: 0, "the text is too long for this pattern") }
        guard let groups = compiled.firstMatch(in: text) else { return .null }
        return .list(groups.map { $0.map { .text($0) } ?? .null })
    }

    static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    private static func split(_ text: String, _ separator: String) -> [Value] {
        guard !separator.isEmpty else { return text.map { .text(String($0)) } }
        return text.split(separator: separator, omittingEmptySubsequences: false).map { .text(String($0)) }
    }

    /// The lines without their ends; a last line that is empty is none.
    private static func lines(_ text: String) -> [Value] {
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { .text(String($0)) }
    }

    private static func basename(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? (path.isEmpty ? "" : "/")
    }

    private static func dirname(_ path: String) -> String {
        var parts = path.split(separator: "/")
        guard !parts.isEmpty else { return path.isEmpty ? "." : "/" }
        parts.removeLast()
        let root = path.hasPrefix("/") ? "/" : ""
        return parts.isEmpty ? (root.isEmpty ? "." : root) : root + parts.joined(separator: "/")
    }
}

/// A version as numbers and words that compare as people expect: 1.10 after 1.9, 2.0-beta before 2.0, 1.0 equal to 1.
func versionParts(_ text: String) -> [Value] {
    var parts: [Value] = []
    var word = Substring(text)
    while !word.isEmpty {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        let letters = digits.isEmpty ? word.prefix { $0.isLetter } : ""
        if let number = Int64(digits) {
            parts.append(.integer(number))
        } else if !digits.isEmpty || !letters.isEmpty {
            parts.append(.text(String(digits.isEmpty ? letters : digits)))
        }
        word = word.dropFirst(max(1, digits.count + letters.count))
    }
    while parts.last == .integer(0) { parts.removeLast() }
    return parts
}
