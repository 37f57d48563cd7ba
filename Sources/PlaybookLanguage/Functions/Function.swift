import SourceText

/// The functions of the language; there are no others, and none has an effect.
enum Function: String, Hashable, Sendable, CaseIterable {
    // Texts.
    case quote, raw, length, lower, upper, trim, contains, startsWith, endsWith, replace, match, split, lines, join,
        text, json, basename, dirname
    // Lists and mappings.
    case first, last, sort, unique, reverse, slice, without, intersect, min, max, sum, range, keys, values
    // Numbers and values with a unit.
    case int, number, round, abs, format, size, duration, version
    case `default`

    struct Parameter {
        let name: String
        /// The types that it takes; empty for all.
        let types: Set<ValueType>
        var isOptional = false

        static func text(_ name: String) -> Parameter { Parameter(name: name, types: [.text]) }
        static func list(_ name: String) -> Parameter { Parameter(name: name, types: [.list]) }
        static func integer(_ name: String) -> Parameter { Parameter(name: name, types: [.integer]) }
        static func any(_ name: String) -> Parameter { Parameter(name: name, types: []) }
        static let number = Parameter(name: "number", types: [.integer, .number])
        var optional: Parameter { Parameter(name: name, types: types, isOptional: true) }
    }

    var parameters: [Parameter] {
        switch self {
        case .quote: [Parameter(name: "value", types: Self.spellable.union([.list]))]
        case .raw, .text: [Parameter(name: "value", types: Self.spellable)]
        case .length: [Parameter(name: "value", types: [.text, .list, .map])]
        case .lower, .upper, .trim, .lines, .json: [.text("text")]
        case .basename, .dirname: [.text("path")]
        case .contains: [Parameter(name: "value", types: [.text, .list]), .any("part")]
        case .startsWith, .endsWith: [.text("text"), .text("part")]
        case .replace: [.text("text"), .text("part"), .text("by")]
        case .match: [.text("text"), .text("pattern")]
        case .split: [.text("text"), .text("separator")]
        case .join: [.list("list"), .text("separator").optional]
        case .first, .last, .sort, .unique, .min, .max, .sum: [.list("list")]
        case .reverse: [.list("list")]
        case .slice: [Parameter(name: "value", types: [.text, .list]), .integer("from"), .integer("to").optional]
        case .without, .intersect: [.list("list"), .list("others")]
        case .range: [.integer("from"), .integer("to").optional]
        case .keys, .values: [Parameter(name: "mapping", types: [.map])]
        case .int, .number: [Parameter(name: "value", types: [.text, .integer, .number])]
        case .round: [.number, .integer("digits").optional]
        case .abs: [.number]
        case .format: [.number, .integer("digits")]
        case .size: [Parameter(name: "value", types: [.text, .size])]
        case .duration: [Parameter(name: "value", types: [.text, .duration])]
        case .version: [Parameter(name: "text", types: [.text, .number, .integer])]
        case .default: [.any("value"), .any("otherwise")]
        }
    }

    var result: ValueType {
        switch self {
        case .quote, .raw, .lower, .upper, .trim, .replace, .join, .text, .basename, .dirname, .format: .text
        case .length, .int: .integer
        case .contains, .startsWith, .endsWith: .boolean
        case .split, .lines, .version, .sort, .unique, .reverse, .without, .intersect, .range, .keys, .values: .list
        case .size: .size
        case .duration: .duration
        case .number, .round, .abs, .json, .match, .first, .last, .min, .max, .sum, .slice, .default: .any
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
        if let meant = slips[name.lowercased()] { return "did you mean `\(meant.rawValue)`?" }
        return SourceText.suggestion(for: name, among: allCases.map(\.rawValue))
            ?? "the functions are \(allCases.map(\.rawValue).sorted().joined(separator: ", "))"
    }

    /// What the functions are called elsewhere.
    private static let slips: [String: Function] = [
        "len": .length, "count": .length, "str": .text, "string": .text, "tostring": .text, "integer": .int,
        "float": .number, "parsejson": .json, "fromjson": .json, "substring": .slice, "uniq": .unique,
        "distinct": .unique, "sorted": .sort, "strip": .trim, "lowercase": .lower, "uppercase": .upper,
        "regex": .match, "regex_search": .match, "semver": .version, "total": .sum, "concat": .join,
        "shellquote": .quote, "escape": .quote, "bytes": .size, "includes": .contains,
    ]

    /// What has a spelling inside a text.
    static let spellable: Set<ValueType> = [.boolean, .integer, .number, .text, .duration, .size]

    /// Whether the work grows with the texts that it is given.
    var costsItsText: Bool {
        switch self {
        case .match, .replace, .split, .lines, .json, .lower, .upper: true
        default: false
        }
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
