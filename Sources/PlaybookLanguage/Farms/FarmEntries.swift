import Farm
import SourceText

/// What the parts of a farm file have in common.
enum FarmEntries {
    /// The entries of a part, each key once.
    static func of(
        _ node: Node?, _ part: String, _ example: String, _ diagnostics: inout Diagnostics
    ) -> [Node.Entry] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            diagnostics.error(
                "wrong-type", "`\(part)` is a mapping of names, this is \(node.phrase)", at: node.span,
                help: "write `\(example)` below it")
            return []
        }
        reportRepeatedKeys(node, &diagnostics)
        var seen: Set<String> = []
        return entries.filter { seen.insert($0.name).inserted }
    }

    /// The names that a key stands for; nil, and a mistake noted, when it is no name.
    static func names(_ key: Node, _ places: inout FarmPlaces, _ diagnostics: inout Diagnostics) -> NameRange? {
        do throws(FarmError) {
            let range = try NameRange(parsing: key.text ?? "")
            for name in range.names { places.declare(name, at: key.span) }
            return range
        } catch {
            diagnostics.add(error.diagnostic(in: key.origin))
            return nil
        }
    }
}

/// Reads `vars:` of a farm file, of a group or of a phone: plain values only.
enum FarmVariables {
    static func read(_ node: Node?, _ diagnostics: inout Diagnostics) -> [String: FarmValue] {
        var variables: [String: FarmValue] = [:]
        for entry in FarmEntries.of(node, "vars", "NAME: VALUE", &diagnostics) {
            PlaybookKeys.checkIdentifier(entry.name, "the name of a variable", at: entry.key.span, &diagnostics)
            variables[entry.name] = value(entry.value, &diagnostics)
        }
        return variables
    }

    private static func value(_ node: Node, _ diagnostics: inout Diagnostics) -> FarmValue? {
        if let nodes = node.sequence { return .list(nodes.compactMap { value($0, &diagnostics) }) }
        if let text = node.text, text.contains("${{") {
            diagnostics.error("wrong-type", "a variable of the farm file is a plain value", at: node.span)
            return nil
        }
        switch node.coreValue {
        case .text(let text): return .text(text)
        case .integer(let integer): return .integer(Int(integer))
        case .number(let number): return .number(number)
        case .boolean(let boolean): return .boolean(boolean)
        case nil where node.text != nil:
            diagnostics.error(
                "leading-zero", "a number has no leading zero", at: node.span,
                help: "write \"\(node.text ?? "")\" if it is meant as a text, or leave the zero out")
            return nil
        default:
            diagnostics.error(
                "wrong-type", "a variable of the farm file is a plain value, this is \(node.phrase)", at: node.span)
            return nil
        }
    }
}
