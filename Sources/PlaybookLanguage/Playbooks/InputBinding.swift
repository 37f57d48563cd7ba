public import SourceText

/// Gives the inputs of a playbook their values: `build=game.apk` from the command line, defaults otherwise.
///
/// Whether a file is there is not looked at here; the planner does.
public struct InputBinding: Sendable {
    private let declarations: [InputDeclaration]
    private let workingDirectory: String

    /// Binds the inputs of a playbook.
    ///
    /// - Parameter workingDirectory: Where relative paths of the command line start; absolute.
    public init(_ declarations: [InputDeclaration], workingDirectory: String) {
        self.declarations = declarations
        self.workingDirectory = workingDirectory
    }

    /// The values by name, with null for optional inputs that were not given; mistakes go to the collector.
    ///
    /// - Parameter words: Words of the command line, each `name=value`.
    public func values(from words: [String], _ diagnostics: inout Diagnostics) -> [String: Value] {
        var values: [String: Value] = [:]
        for word in words {
            let place = SourceSpan.whole(word, named: "command line")
            guard let sign = word.firstIndex(of: "="), sign != word.startIndex else {
                diagnostics.error(
                    "bad-input", "`\(word)` is not an input", at: place, help: "inputs are given as name=value")
                continue
            }
            let name = String(word[..<sign])
            guard let declaration = declarations.first(where: { $0.name == name }) else {
                let names = declarations.map(\.name)
                let all = names.isEmpty ? "the playbook declares no inputs" : "it has \(names.joined(separator: ", "))"
                diagnostics.error(
                    "unknown-input", "the playbook has no input `\(name)`", at: place,
                    help: suggestion(for: name, among: names) ?? all)
                continue
            }
            if values[name] != nil {
                diagnostics.error("repeated-input", "the input `\(name)` is given twice", at: place)
            }
            do {
                let text = String(word[word.index(after: sign)...])
                values[name] = absolute(
                    try Self.value(of: text, declaration.type, declaration.choices), declaration, below: nil)
            } catch {
                let start = word.utf8.distance(from: word.startIndex, to: sign) + 1
                let span = SourceSpan(file: place.file, range: start..<place.range.upperBound)
                diagnostics.error("bad-input", "the input `\(name)`: \(error.message)", at: span, help: error.help)
                values[name] = .null
            }
        }
        addDefaults(to: &values, &diagnostics)
        return values
    }

    private func addDefaults(to values: inout [String: Value], _ diagnostics: inout Diagnostics) {
        for declaration in declarations where values[declaration.name] == nil {
            if declaration.isRequired {
                diagnostics.error(
                    "missing-input", "the input `\(declaration.name)` is required", at: declaration.span,
                    help: "add \(declaration.name)=\(Self.example(declaration)) to the command")
            }
            let folder = folder(of: declaration.span.file.name)
            values[declaration.name] = absolute(declaration.defaultValue, declaration, below: folder)
        }
    }

    private static func example(_ declaration: InputDeclaration) -> String {
        switch declaration.type {
        case .app: "game.apk"
        case .file: "FILE"
        case .directory: "FOLDER"
        case .duration: "30s"
        case .size: "10MB"
        case .boolean: "true"
        case .integer, .number: "1"
        case .choice: declaration.choices.first ?? "..."
        case .text, .list: "..."
        }
    }

    private func absolute(_ value: Value, _ declaration: InputDeclaration, below folder: String?) -> Value {
        guard declaration.type.isPath, case .text(let path) = value else { return value }
        return .text(joinedPath(joinedPath(path, below: folder), below: workingDirectory))
    }

    /// A text of the command line as a value of a type.
    static func value(of text: String, _ type: InputType, _ choices: [String]) throws(TextMistake) -> Value {
        let core = CoreSchema.value(ofPlain: text)
        switch type {
        case .text: return .text(text)
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

    private static func trimmed(_ text: Substring) -> String {
        var rest = text
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}

/// The variables that come from outside the playbook and are stronger than everything in it.
public enum VariableOverrides {
    /// The prefix of variables of the environment.
    public static let prefix = "DROVER_VAR_"

    /// `--var name=value` before `DROVER_VAR_name`; values are typed as they would be without quotes in a playbook.
    public static func read(
        options: [String], environment: [String: String], _ diagnostics: inout Diagnostics
    ) -> [String: Value] {
        var values: [String: Value] = [:]
        for (key, text) in environment where key.hasPrefix(prefix) {
            let name = String(key.dropFirst(prefix.count))
            if PlaybookKeys.isIdentifier(name) { values[name] = CoreSchema.value(ofPlain: text) ?? .text(text) }
        }
        for option in options {
            let place = SourceSpan.whole(option, named: "--var")
            guard let sign = option.firstIndex(of: "="), sign != option.startIndex else {
                diagnostics.error(
                    "bad-variable", "`\(option)` is not a variable", at: place, help: "write --var name=value")
                continue
            }
            let name = String(option[..<sign])
            PlaybookKeys.checkIdentifier(name, "the name of a variable", at: place, &diagnostics)
            let text = String(option[option.index(after: sign)...])
            values[name] = CoreSchema.value(ofPlain: text) ?? .text(text)
        }
        return values
    }
}
