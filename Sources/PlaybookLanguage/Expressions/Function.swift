import SourceText

/// The functions of the language; there are no others, and none has an effect.
enum Function: String, Hashable, Sendable, CaseIterable {
    case quote, raw, length, lower, upper, trim, contains, startsWith, endsWith, join, split, `default`, version,
        basename, dirname

    struct Parameter {
        let name: String
        let types: Set<ValueType>
        var isOptional = false
    }

    var parameters: [Parameter] {
        let text = Parameter(name: "text", types: [.text])
        switch self {
        case .quote: return [Parameter(name: "value", types: Self.spellable.union([.list]))]
        case .raw: return [Parameter(name: "value", types: Self.spellable)]
        case .length: return [Parameter(name: "value", types: [.text, .list, .map])]
        case .lower, .upper, .trim: return [text]
        case .basename, .dirname: return [Parameter(name: "path", types: [.text])]
        case .contains:
            return [Parameter(name: "value", types: [.text, .list]), Parameter(name: "part", types: [])]
        case .startsWith, .endsWith: return [text, Parameter(name: "part", types: [.text])]
        case .join:
            let separator = Parameter(name: "separator", types: [.text], isOptional: true)
            return [Parameter(name: "list", types: [.list]), separator]
        case .split: return [text, Parameter(name: "separator", types: [.text])]
        case .default: return [Parameter(name: "value", types: []), Parameter(name: "otherwise", types: [])]
        case .version: return [Parameter(name: "text", types: [.text, .number, .integer])]
        }
    }

    var result: ValueType {
        switch self {
        case .quote, .raw, .lower, .upper, .trim, .join, .basename, .dirname: .text
        case .length: .integer
        case .contains, .startsWith, .endsWith: .boolean
        case .split, .version: .list
        case .default: .any
        }
    }

    func accepts(count: Int) -> Bool {
        let all = parameters
        return count <= all.count && count >= all.count { !$0.isOptional }
    }

    var countPhrase: String {
        let all = parameters.count
        let least = parameters.count { !$0.isOptional }
        let number = least == all ? "\(all)" : "\(least) or \(all)"
        return number == "1" ? "1 value" : "\(number) values"
    }

    static func suggestion(for name: String) -> String {
        SourceText.suggestion(for: name, among: allCases.map(\.rawValue))
            ?? "the functions are \(allCases.map(\.rawValue).sorted().joined(separator: ", "))"
    }

    /// What has a spelling inside a text.
    static let spellable: Set<ValueType> = [.boolean, .integer, .number, .text, .duration, .size]

    /// Computes the function; the arguments have been counted but not looked at.
    func apply(_ arguments: [Value]) throws(FunctionMistake) -> Value {
        for (index, (argument, parameter)) in zip(arguments, parameters).enumerated() {
            guard parameter.types.isEmpty || parameter.types.contains(argument.type) else {
                let wanted = parameter.types.count > 2 ? "something else" : Self.phrase(parameter.types)
                throw FunctionMistake(index: index, "\(rawValue)() takes \(wanted) here, not \(argument.type.phrase)")
            }
        }
        let first = arguments[0]
        switch (self, first) {
        case (.quote, _): return .text(try shellText(first))
        case (.raw, _): return .text(first.textForm ?? "")
        case (.length, .text(let text)): return .integer(Int64(text.count))
        case (.length, .list(let list)): return .integer(Int64(list.count))
        case (.length, .map(let map)): return .integer(Int64(map.count))
        case (.lower, .text(let text)): return .text(text.lowercased())
        case (.upper, .text(let text)): return .text(text.uppercased())
        case (.trim, .text(let text)): return .text(Self.trimmed(text))
        case (.contains, .list(let list)): return .boolean(list.contains { equal($0, arguments[1]) })
        case (.contains, .text(let text)): return .boolean(text.contains(try textArgument(arguments[1])))
        case (.startsWith, .text(let text)): return .boolean(text.hasPrefix(try textArgument(arguments[1])))
        case (.endsWith, .text(let text)): return .boolean(text.hasSuffix(try textArgument(arguments[1])))
        case (.join, .list(let list)):
            let separator = arguments.count > 1 ? try textArgument(arguments[1]) : ""
            return .text(try joined(list, separator))
        case (.split, .text(let text)): return .list(Self.split(text, try textArgument(arguments[1])))
        case (.default, _): return first == .null ? arguments[1] : first
        case (.version, _): return .list(versionParts(first.textForm ?? ""))
        case (.basename, .text(let text)): return .text(Self.basename(text))
        case (.dirname, .text(let text)): return .text(Self.dirname(text))
        default: throw FunctionMistake(index: 0, "\(rawValue)() does not take \(first.type.phrase)")
        }
    }

    private func textArgument(_ value: Value) throws(FunctionMistake) -> String {
        guard case .text(let text) = value else {
            throw FunctionMistake(index: 1, "\(rawValue)() takes a text here, not \(value.type.phrase)")
        }
        return text
    }

    private func shellText(_ value: Value) throws(FunctionMistake) -> String {
        guard let quoted = ShellQuoting.quoted(value) else {
            throw FunctionMistake(index: 0, "this value cannot be put into a shell line")
        }
        return quoted
    }

    private func joined(_ list: [Value], _ separator: String) throws(FunctionMistake) -> String {
        var texts: [String] = []
        for value in list {
            guard let text = value.textForm else {
                throw FunctionMistake(index: 0, "join() cannot spell \(value.type.phrase) that is in the list")
            }
            texts.append(text)
        }
        return texts.joined(separator: separator)
    }

    private static func phrase(_ types: Set<ValueType>) -> String {
        types.map(\.phrase).sorted().joined(separator: " or ")
    }

    private static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    private static func split(_ text: String, _ separator: String) -> [Value] {
        guard !separator.isEmpty else { return text.map { .text(String($0)) } }
        return text.split(separator: separator, omittingEmptySubsequences: false).map { .text(String($0)) }
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

/// A function was given something it does not take.
struct FunctionMistake: Error {
    /// Which argument, from 0.
    let index: Int
    let message: String

    init(index: Int, _ message: String) {
        self.index = index
        self.message = message
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
