import PlaybookLanguage

@testable import Commands

/// Checks a document against the part of JSON Schema that our schemas are written in.
struct SchemaCheck {
    private let schema: SchemaValue

    init(_ schema: SchemaValue) { self.schema = schema }

    /// What does not fit, with its place; empty when the document is as the schema says.
    func mistakes(in node: Node) -> [String] { mistakes(in: node, schema) }

    private func mistakes(in node: Node, _ schema: SchemaValue) -> [String] {
        guard case .map(let rules) = schema else { return [] }
        return rules.flatMap { mistakes(in: node, $0.name, $0.value, schema) }
    }

    private func mistakes(in node: Node, _ rule: String, _ value: SchemaValue, _ whole: SchemaValue) -> [String] {
        switch (rule, value) {
        case ("$ref", .text(let path)):
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            guard let target = schema["$defs"]?[name] else { return ["no definition \(name)"] }
            return mistakes(in: node, target)
        case ("type", .text(let type)): return types(of: node).contains(type) ? [] : [wrong(node, "is no \(type)")]
        case ("type", .list(let names)):
            return names.contains { !mistakes(in: node, "type", $0, whole).isEmpty == false }
                ? [] : [wrong(node, "has a wrong type")]
        case ("enum", .list(let values)):
            return values.contains { isEqual(node, $0) } ? [] : [wrong(node, "is none of the words")]
        case ("const", let value): return isEqual(node, value) ? [] : [wrong(node, "is another word")]
        case ("pattern", .text(let pattern)):
            guard types(of: node) == ["string"], let text = node.text else { return [] }
            guard let regex = try? Regex(pattern) else { return ["bad pattern \(pattern)"] }
            return text.contains(regex) ? [] : [wrong(node, "does not match \(pattern)")]
        case ("minLength", _): return node.text?.isEmpty == true ? [wrong(node, "is empty")] : []
        case ("minimum", .number(let least)):
            guard case .integer(let number)? = node.coreValue else { return [] }
            return number >= least ? [] : [wrong(node, "is too small")]
        case ("anyOf", .list(let choices)):
            return choices.contains { mistakes(in: node, $0).isEmpty } ? [] : [wrong(node, "fits none of anyOf")]
        case ("oneOf", .list(let choices)):
            let count = choices.count { mistakes(in: node, $0).isEmpty }
            return count == 1 ? [] : [wrong(node, "fits \(count) of oneOf")]
        case ("required", .list(let names)):
            return node.mapping == nil ? [] : names.filter { !has(node, $0) }.map { wrong(node, "lacks \($0)") }
        case ("dependentRequired", .map(let needs)):
            return needs.flatMap { need in
                node[need.name] == nil ? [] : mistakes(in: node, "required", need.value, whole)
            }
        case ("properties", .map(let properties)):
            return properties.flatMap { property in
                node[property.name].map { mistakes(in: $0, property.value) } ?? []
            }
        case ("additionalProperties", .flag(false)):
            let unknown = (node.mapping ?? []).filter { whole["properties"]?[$0.name] == nil }
            return unknown.map { wrong($0.key, "is unknown") }
        case ("additionalProperties", let value):
            return (node.mapping ?? []).flatMap { mistakes(in: $0.value, value) }
        case ("items", let item): return (node.sequence ?? []).flatMap { mistakes(in: $0, item) }
        case ("minItems", _): return node.sequence?.isEmpty == true ? [wrong(node, "is empty")] : []
        case ("maxItems", .number(let most)):
            return (node.sequence?.count ?? 0) <= most ? [] : [wrong(node, "is too long")]
        case ("minProperties", _): return node.mapping?.isEmpty == true ? [wrong(node, "is empty")] : []
        case ("$schema", _), ("title", _), ("description", _), ("$defs", _): return []
        default: return ["a rule that the check does not know: \(rule)"]
        }
    }

    private func wrong(_ node: Node, _ what: String) -> String { "\(node.span) \(what)" }

    private func has(_ node: Node, _ name: SchemaValue) -> Bool {
        guard case .text(let name) = name else { return false }
        return node[name] != nil
    }

    private func isEqual(_ node: Node, _ value: SchemaValue) -> Bool {
        guard case .text(let word) = value else { return false }
        return types(of: node) == ["string"] && node.text == word
    }

    private func types(of node: Node) -> [String] {
        if node.mapping != nil { return ["object"] }
        if node.sequence != nil { return ["array"] }
        switch node.coreValue {
        case .null?: return ["null"]
        case .boolean?: return ["boolean"]
        case .integer?: return ["integer", "number"]
        case .number?: return ["number"]
        default: return ["string"]
        }
    }
}
