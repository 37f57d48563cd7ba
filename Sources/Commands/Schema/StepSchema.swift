import Planning
import Steps

/// The schema of one step kind, made of its manual.
enum StepSchema {
    /// What may stand after the kind's word.
    static func value(of manual: StepManual) -> SchemaValue {
        let members = manual.arguments.map { argument in
            SchemaValue.Member(name: argument.name, value: value(of: argument.type).described(argument.help))
        }
        let required = manual.arguments.filter(\.isRequired).map(\.name)
        // One of two that stand for each other.
        let either = manual.arguments.filter { $0.instead != nil }
            .map { ["required": [.text($0.name)]] as SchemaValue }
        var forms: [SchemaValue] = [
            .object(members, required: required).with("oneOf", either.isEmpty ? nil : .list(either))
        ]
        if let scalar = manual.scalar, let argument = manual.arguments.first(where: { $0.name == scalar }) {
            forms.append(value(of: argument.type))
        }
        if required.isEmpty, either.isEmpty { forms.append(["type": "null"]) }
        return ["anyOf": .list(forms)]
    }

    /// What an argument takes, by the words of its manual.
    static func value(of type: String) -> SchemaValue {
        // `[x, y]`: so many numbers, each of which may be computed.
        if type.hasPrefix("[") {
            return ["anyOf": .list([["type": "array", "items": .reference("number")], .reference("expression")])]
        }
        let words = type.replacing(", or ", with: ", ").replacing(" or ", with: ", ").replacing(", ", with: ",")
            .split(separator: ",").map(String.init)
        let parts = words.map { part(of: $0) }
        guard parts.allSatisfy({ $0 != nil }) else {
            let choices = zip(words, parts).map { word, known in known ?? ["const": .text(word)] }
            // Words alone can still be computed.
            return ["anyOf": .list(choices + [.reference("expression")])]
        }
        let known = parts.compactMap { $0 }
        return known.count == 1 ? known[0] : ["anyOf": .list(known)]
    }

    /// A word of a manual that names a type; nil for a word that stands for itself.
    private static func part(of word: String) -> SchemaValue? {
        if word.hasPrefix("{") || word.contains("mapping") || word.contains("{") { return ["type": "object"] }
        if word.contains("list") { return .reference("texts") }
        switch word {
        case "null": return ["type": "null"]
        case "true", "false": return .reference("flag")
        case "number", "a number", "whole number", "integer": return .reference("number")
        case "size", "a size": return .reference("size")
        case "duration", "a duration": return .reference("duration")
        default: break
        }
        let nouns = ["text", "line", "path", "name", "app", "file", "directory", "folder", "pattern", "expression"]
        if nouns.contains(where: { word.hasSuffix($0) || word.hasPrefix($0) }) || word.contains(" ") {
            // A list of texts does where a kind takes several.
            return .reference("texts")
        }
        return nil
    }
}
