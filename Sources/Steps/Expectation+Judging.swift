import Journal
import PlaybookLanguage

extension Expectation {
    /// What is wrong with an outcome, or nil when it is as expected.
    ///
    /// - Throws: ``PlaybookError`` when a value in the expectation cannot be evaluated.
    func complaint(about outputs: StepOutputs, in scope: Scope) throws(PlaybookError) -> String? {
        if let wanted = try exit?.optionalValue(in: scope), outputs.exit != wanted {
            return "exit code \(Self.spelled(outputs)), and \(wanted) is expected"
        }
        let text = outputs.output.text
        if let wanted = try output?.optionalValue(in: scope), !text.contains(wanted) {
            return "the output does not contain \"\(wanted)\"" + Self.found(text)
        }
        if let pattern = try outputMatches?.optionalValue(in: scope), !pattern.matches(text) {
            return "the output does not match" + Self.found(text)
        }
        return nil
    }

    /// Whether the expectation says anything of the exit code.
    var judgesExit: Bool { exit != nil }

    static func spelled(_ outputs: StepOutputs) -> String { outputs.exit.map(String.init) ?? "unknown" }

    private static func found(_ text: String) -> String {
        let line = PhoneWords(text).firstLine
        return line.isEmpty ? "; it is empty" : ": \(line)"
    }
}
