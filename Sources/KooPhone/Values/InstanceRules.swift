public import CloudPhone
import JSON

/// What the service takes in every call (Cloud Phone API, KooPhone).
public enum InstanceRules {
    /// The most instances of one call.
    public static let most = 100
    /// The most bytes of a shell line.
    public static let longestLine = 1024
    /// The longest id of an instance.
    static let longestID = 32

    /// The ids of instances, as bodies have them.
    static func ids(_ name: String = "instance_ids") -> OperationField {
        .texts(name).ruled(.tokens(of: "instance", most: most), "the instances").required
    }

    /// Looks at the ids of a call: none twice, none too long.
    static func check(_ ids: [String]) throws(CheckFault) {
        var seen: Set<String> = []
        for id in ids {
            guard id.utf8.count <= longestID else {
                throw CheckFault(
                    "`\(id.prefix(40))` is no id of an instance, which has at most \(longestID) characters")
            }
            guard seen.insert(id).inserted else { throw CheckFault("the instance \(id) is in the call twice") }
        }
    }

    /// The same for the arguments of a call.
    static func check(_ given: [String: JSONValue], _ name: String = "instance_ids") throws(CheckFault) {
        try check((given[name]?.elements ?? []).compactMap(\.text))
    }

    /// Looks at a shell line: at most 1,024 bytes of letters, digits, blanks and `_ . / : -`.
    ///
    /// - Throws: ``CheckFault`` with the first character that is not allowed, and what to do instead.
    public static func checkLine(_ line: String) throws(CheckFault) {
        guard (1...longestLine).contains(line.utf8.count) else {
            throw CheckFault(
                "a line has 1 to \(longestLine) bytes here, not \(line.utf8.count)",
                advice: "nothing can be pushed to these phones, so put what is long into an app")
        }
        for (place, character) in line.enumerated() where !isAllowed(character) {
            throw CheckFault(
                "`\(character)` at place \(place + 1) is not allowed in a line",
                advice: "use letters, digits, blanks and _ . / : - only; nothing can be pushed to these phones, so no "
                    + "script can stand for the line")
        }
    }

    private static func isAllowed(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return false }
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
        default: return "_./:- ".utf8.contains(byte)
        }
    }
}

/// A field with a shell line, looked at by its operation.
extension OperationField {
    static var line: OperationField {
        .text("command").ruled(nil, "a shell line of letters, digits, blanks and _ . / : -").required
    }
}
