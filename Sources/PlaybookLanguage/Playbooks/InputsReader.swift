import SourceText

/// Reads what stands under `inputs:`.
enum InputsReader {
    static func read(_ node: Node?, _ diagnostics: inout Diagnostics) -> [InputDeclaration] {
        guard let node else { return [] }
        guard let entries = node.mapping, !entries.isEmpty else {
            diagnostics.error(
                node.isNull || node.mapping != nil ? "empty" : "wrong-type",
                node.isNull || node.mapping != nil
                    ? "`inputs` declares nothing" : "`inputs` is a mapping of names, this is \(node.phrase)",
                at: node.span, help: "leave the key out, or write `NAME: { type: text }` below it")
            return []
        }
        reportRepeatedKeys(node, &diagnostics)
        var inputs: [InputDeclaration] = []
        for entry in entries {
            PlaybookKeys.checkIdentifier(entry.name, "the name of an input", at: entry.key.span, &diagnostics)
            guard let input = read(entry, &diagnostics) else { continue }
            if !inputs.contains(where: { $0.name == input.name }) { inputs.append(input) }
        }
        return inputs
    }

    private static func read(_ entry: Node.Entry, _ diagnostics: inout Diagnostics) -> InputDeclaration? {
        // `build: app` is short for `build: { type: app }`.
        var arguments = StepArguments(keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
        let typeWord = arguments.value("type", .inputType, bare: true)
        let required = arguments.flag("required")
        let help = arguments.optionalText("help")
        let choices = arguments.optionalList("choices")
        let bounds = (arguments.optionalText("min"), arguments.optionalText("max"))
        let pattern = arguments.optionalValue("pattern", .pattern)
        let hasDefault = arguments.has("default")
        diagnostics.add(contentsOf: arguments.finish())
        let type = typeWord.literal
        let words = choices?.literal ?? []
        check(type, required.literal ?? false, hasDefault, choices?.span, words, entry, &diagnostics)
        guard let type else {
            // Its uses are not unknown names, although its type is a mistake.
            return InputDeclaration(
                name: entry.name, type: .text, isRequired: false, defaultValue: .null, help: nil, choices: [],
                minimum: nil, maximum: nil, pattern: nil, span: entry.key.span)
        }
        if let pattern, ![.text, .list].contains(type) {
            diagnostics.error(
                "contradiction", "`pattern` belongs to the types `text` and `list`, this is `\(type.rawValue)`",
                at: pattern.span)
        }
        let minimum = bounds.0.flatMap { bound("min", $0, type, &diagnostics) }
        let maximum = bounds.1.flatMap { bound("max", $0, type, &diagnostics) }
        if let minimum, let maximum, let order = compare(minimum, maximum), order > 0 {
            diagnostics.error("contradiction", "`min` is more than `max`", at: entry.key.span)
        }
        var value = Value.null
        if hasDefault, let node = entry.value["default"] {
            value = defaultValue(node, type, words, &diagnostics)
        }
        let declaration = InputDeclaration(
            name: entry.name, type: type, isRequired: required.literal ?? false, defaultValue: value,
            help: help?.literal, choices: words, minimum: minimum, maximum: maximum, pattern: pattern?.literal,
            span: entry.key.span)
        if value != .null, let node = entry.value["default"] {
            do throws(TextMistake) {
                try declaration.check(value)
            } catch {
                diagnostics.error(
                    "wrong-type", "the default does not fit: \(error.message)", at: node.span, help: error.help)
            }
        }
        return declaration
    }

    private static func bound(
        _ key: String, _ argument: Argument<String>, _ type: InputType, _ diagnostics: inout Diagnostics
    ) -> Value? {
        guard type.hasBounds else {
            diagnostics.error(
                "contradiction", "`\(key)` does not belong to the type `\(type.rawValue)`", at: argument.span)
            return nil
        }
        guard let text = argument.literal else {
            diagnostics.error("wrong-type", "`\(key)` is a plain value", at: argument.span)
            return nil
        }
        do throws(TextMistake) {
            return try InputValue.value(of: text, type == .text || type == .list ? .integer : type, [])
        } catch {
            diagnostics.error("wrong-type", "`\(key)`: \(error.message)", at: argument.span, help: error.help)
            return nil
        }
    }

    private static func check(
        _ type: InputType?, _ isRequired: Bool, _ hasDefault: Bool, _ choicesSpan: SourceSpan?, _ choices: [String],
        _ entry: Node.Entry, _ diagnostics: inout Diagnostics
    ) {
        if isRequired, hasDefault {
            diagnostics.error(
                "contradiction", "`\(entry.name)` is required, so its default is never used", at: entry.key.span,
                help: "leave out one of the two")
        }
        guard let type else { return }
        if type == .secret, hasDefault {
            diagnostics.error(
                "contradiction", "a secret has no default: it would stand in the file", at: entry.key.span,
                help: "leave it out, or declare it under `secrets:` with where it comes from")
        }
        if type == .choice, choices.isEmpty {
            diagnostics.error(
                "missing-key", "`\(entry.name)` is a choice without choices", at: entry.key.span,
                help: "add `choices: [one, other]`")
        }
        if type != .choice, let choicesSpan {
            diagnostics.error(
                "contradiction", "`choices` belongs to the type `choice`, this is `\(type.rawValue)`", at: choicesSpan)
        }
    }

    private static func defaultValue(
        _ node: Node, _ type: InputType, _ choices: [String], _ diagnostics: inout Diagnostics
    ) -> Value {
        if let text = node.text, text.contains("${{") {
            diagnostics.error("wrong-type", "the default of an input is a plain value", at: node.span)
            return .null
        }
        if node.isNull { return .null }
        let value = type == .list || type == .secret || type.valueType == .text ? nil : node.coreValue
        do throws(TextMistake) {
            if type == .list {
                let texts = node.sequence?.compactMap(\.text) ?? node.text.map { [$0] } ?? []
                return .list(texts.map { .text($0) })
            }
            guard let text = node.text else { throw TextMistake("this is \(node.phrase)") }
            if case .text(let quoted)? = value, type == .integer || type == .number || type == .boolean {
                throw TextMistake("\(type.valueType.phrase) is needed, `\(quoted)` is a text")
            }
            return try InputValue.value(of: text, type, choices)
        } catch {
            diagnostics.error(
                "wrong-type", "the default does not fit: \(error.message)", at: node.span, help: error.help)
            return .null
        }
    }
}

extension ArgumentKind where Result == InputType {
    /// The type of an input; what other tools call their types leads to ours.
    static var inputType: Self {
        .parsed("a type") { text throws(TextMistake) in
            if let type = InputType(rawValue: text) { return type }
            let words = InputType.allCases.map(\.rawValue)
            let near = typeSlips[text.lowercased()]?.rawValue ?? closest(text, words)
            let all = "the types are \(words.joined(separator: ", "))"
            throw TextMistake("there is no type `\(text)`", help: near.map { "did you mean `\($0)`?" } ?? all)
        }
    }
}

private let typeSlips: [String: InputType] = [
    "string": .text, "str": .text, "int": .integer, "float": .number, "double": .number,
    "bool": .boolean, "path": .file, "dir": .directory, "folder": .directory, "apk": .app, "time": .duration,
    "bytes": .size, "enum": .choice, "array": .list, "password": .secret, "token": .secret,
]
