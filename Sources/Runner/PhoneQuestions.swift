import Farm
import SourceText
import Planning
import PlaybookLanguage

/// What phones are asked about themselves, because expressions of the plan speak of it.
///
/// The inventory and the greeting tell the name and the model; the Android version, for one, must be asked for. That costs a
/// round trip, so it is asked only when the playbook's text has a field that needs it. A field that stands in a comment is
/// asked for in vain and does no harm.
struct PhoneQuestions: Sendable {
    /// Fields whose values only `getprop` gives.
    private static let askedFields = ["sdk", "release", "abi", "brand", "model", "device", "properties"]

    /// Whether phones are asked before their first step.
    let areNeeded: Bool

    init(of plan: Plan) {
        let text = plan.source?.text ?? ""
        areNeeded = Self.askedFields.contains { text.contains("phone.\($0)") || text.contains("phone['\($0)") }
    }

    /// Asks a phone for all of its properties.
    ///
    /// - Throws: `PhoneError`.
    func ask(_ phone: any ConnectedPhone) async throws -> [String: String] {
        guard areNeeded else { return [:] }
        return Self.properties(in: try await phone.run("getprop").text)
    }

    /// Reads lines of the form `[ro.product.model]: [Pixel 8]`; others are left out.
    static func properties(in text: String) -> [String: String] {
        var properties: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("["), line.hasSuffix("]"), let middle = line.firstRange(of: "]: [") else { continue }
            let key = line[line.index(after: line.startIndex)..<middle.lowerBound]
            properties[String(key)] = String(line[middle.upperBound...].dropLast())
        }
        return properties
    }

    /// The fields of `phone` in expressions, with what the phone said put in where the farm file says nothing.
    static func fields(_ known: [String: Value], adding facts: [String: String]) -> [String: Value] {
        guard !facts.isEmpty else { return known }
        var fields = known
        let keys = [
            "model": PhoneProperty.model, "brand": "ro.product.brand", "device": "ro.product.device",
            "sdk": "ro.build.version.sdk", "release": "ro.build.version.release", "abi": "ro.product.cpu.abi",
        ]
        for (field, key) in keys {
            guard fields[field] == nil || fields[field] == .null, let text = facts[key] ?? facts[field] else {
                continue
            }
            fields[field] = PhoneFields.types[field] == .integer ? Int64(text).map { .integer($0) } : .text(text)
        }
        var properties: [String: Value] = [:]
        if case .map(let map)? = fields["properties"] { properties = map }
        for (key, text) in facts where key.contains(".") { properties[key] = properties[key] ?? .text(text) }
        fields["properties"] = .map(properties)
        return fields
    }
}
