import PlaybookLanguage

/// Variables of the environment that a command gets: `env: { STAGE: canary }`.
///
/// They stand in the shell line: what an SSH server would take of them otherwise is its own choice, and usually nothing.
struct EnvironmentArgument: Sendable {
    private let entries: [(name: String, value: Argument<String>)]

    /// No variables.
    static let none = EnvironmentArgument(entries: [])

    private init(entries: [(name: String, value: Argument<String>)]) { self.entries = entries }

    /// Reads the mapping under `env`.
    init(reading arguments: inout StepArguments) {
        entries =
            arguments.group("env") { inner in
                let entries = inner.rest()
                for entry in entries where !Self.isName(entry.key) {
                    inner.mistake(
                        "`\(entry.key)` cannot be the name of a variable", at: entry.span,
                        help: "a name has letters, digits and `_`, and does not begin with a digit")
                }
                return entries.map { (name: $0.key, value: $0.value) }
            } ?? []
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
    }

    /// What stands before the command, empty without variables; one whose value is null is left out.
    func prefix(in scope: Scope) throws(PlaybookError) -> String {
        var words: [String] = []
        for entry in entries {
            guard let value = try entry.value.optionalValue(in: scope) else { continue }
            words.append("\(entry.name)=\(ShellLine.quoted(value))")
        }
        return words.isEmpty ? "" : "export \(words.joined(separator: " ")); "
    }
}
