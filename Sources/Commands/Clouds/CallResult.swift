import Farm
import JSON
import SourceText

/// What a call by name brought, for people and programs: JSON on lines of their own.
struct CallResult {
    private let end: NamedCallEnd

    init(_ end: NamedCallEnd) { self.end = end }

    /// The answer, and how the jobs have ended where it started some.
    var text: String {
        guard !end.parts.isEmpty else { return Self.shown(end.answer) }
        let jobs = end.parts.map { part -> JSONValue in
            var members: [String: JSONValue] = ["id": .text(part.id)]
            if let output = part.output { members["output"] = .text(output) }
            if let failure = part.failure {
                members["error"] = .text(failure.reason)
                members["code"] = .text(failure.code)
            }
            return .object(members)
        }
        return Self.shown(.object(["answer": end.answer, "jobs": .array(jobs)]))
    }

    static func shown(_ value: JSONValue) -> String { lines(value, "") + "\n" }

    /// Indented, members sorted; texts of services are escaped as JSON has it.
    private static func lines(_ value: JSONValue, _ indent: String) -> String {
        let inner = indent + "  "
        if let members = value.members, !members.isEmpty {
            let rows = members.sorted { $0.key < $1.key }.map { key, member in
                "\(inner)\(flat(.text(key))): \(lines(member, inner))"
            }
            return "{\n\(rows.joined(separator: ",\n"))\n\(indent)}"
        }
        if let elements = value.elements, !elements.isEmpty {
            return "[\n\(elements.map { inner + lines($0, inner) }.joined(separator: ",\n"))\n\(indent)]"
        }
        return flat(value)
    }

    private static func flat(_ value: JSONValue) -> String {
        terminalSafe(String(decoding: value.bytes, as: UTF8.self))
    }
}
