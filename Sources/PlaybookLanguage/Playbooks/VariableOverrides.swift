public import SourceText

/// The variables that come from outside the playbook and are stronger than everything in it.
public enum VariableOverrides {
    /// The prefix of variables of the environment.
    public static let prefix = "DROVER_VAR_"

    /// `--var name=value` before `--vars FILE` before `DROVER_VAR_name`.
    ///
    /// Values are typed as they would be without quotes in a playbook.
    ///
    /// - Parameter files: Files of variables; a later one is stronger.
    public static func read(
        options: [String], files: [SourceFile] = [], environment: [String: String],
        _ diagnostics: inout Diagnostics
    ) -> [String: Value] {
        var values: [String: Value] = [:]
        for (key, text) in environment where key.hasPrefix(prefix) {
            let name = String(key.dropFirst(prefix.count))
            if PlaybookKeys.isIdentifier(name) { values[name] = CoreSchema.value(ofPlain: text) ?? .text(text) }
        }
        for file in files {
            for entry in OutsideFile.read(file, "variables", &diagnostics) {
                PlaybookKeys.checkIdentifier(entry.name, "the name of a variable", at: entry.span, &diagnostics)
                values[entry.name] = entry.value
            }
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
