public import PlaybookLanguage
public import Steps

/// Prints the manual of the step kinds, for terminals and as Markdown; all of it comes from the code of the kinds.
public struct StepManualPrinter: Sendable {
    /// Prints in lines of about 100 columns.
    public init() {}

    private static let width = 100

    /// One line per kind, by what they act on, for `drover steps`.
    public func list(of catalog: StepCatalog) -> String {
        let words = RunWord.all.map { (keyword: $0.keyword, summary: $0.summary) }
        let width = (catalog.keywords + words.map(\.keyword)).map(\.count).max() ?? 0
        let byTargets = Dictionary(grouping: catalog.manuals) { Self.targets(of: $0) }
        // What is for one sort of target alone stands before what is for several.
        let groups = byTargets.sorted { ($0.key.count, $0.key) < ($1.key.count, $1.key) }.map { targets, manuals in
            (title: "On \(targets)", rows: manuals.map { (keyword: $0.keyword, summary: $0.summary) })
        }
        return (groups + [(title: "In the run itself", rows: words)]).map { title, rows in
            "\(title)\n" + rows.map { "  \(padded($0.keyword, width))  \($0.summary)\n" }.joined()
        }.joined(separator: "\n") + "\n`drover steps KIND` prints the manual of one.\n"
    }

    /// The page of what is done in the run itself.
    public func text(of word: RunWord) -> String {
        var text = "\(word.keyword): \(word.summary)\n\n" + wrapped(word.details, indent: 2)
        text += "\nBeside it\n" + wrapped(word.keys.joined(separator: ", "), indent: 2)
        text += "\nExamples\n"
        for example in word.examples { text += Self.entry(example, indent: "  ") }
        return text
    }

    /// An example as the entry of a list.
    private static func entry(_ example: String, indent: String) -> String {
        let lines = example.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().map { indent + ($0 == 0 ? "- " : "  ") + $1 + "\n" }.joined()
    }

    /// The page of one kind, for `drover steps KIND`.
    public func text(of manual: StepManual) -> String {
        var text = "\(manual.keyword): \(manual.summary)\n"
        if !manual.details.isEmpty {
            text += "\n" + wrapped(manual.details, indent: 2)
        }
        if !manual.arguments.isEmpty { text += "\nArguments\n" }
        for argument in manual.arguments {
            let isShort = argument.name == manual.scalar
            text += "  \(argument.name): \(argument.type)\(Self.standard(of: argument))\n"
            text += wrapped(argument.help + (isShort ? " May stand alone after `\(manual.keyword):`." : ""), indent: 6)
        }
        if !manual.outputs.isEmpty {
            text += "\nOutputs, beside those of every step\n"
            let width = manual.outputs.map(\.name.count).max() ?? 0
            for output in manual.outputs { text += "  \(padded(output.name, width))  \(output.help)\n" }
        }
        text += "\nDefaults\n" + wrapped(Self.defaults(of: manual), indent: 2)
        text += "\nExamples\n"
        for example in manual.examples { text += Self.entry(example, indent: "  ") }
        return text
    }

    /// The whole reference, for `docs/steps.md`.
    public func markdown(of catalog: StepCatalog) -> String {
        var text = "# Step kinds\n\nPrinted from the code by `drover steps --markdown`.\n"
        for manual in catalog.manuals {
            text += "\n## \(manual.keyword)\n\n\(manual.summary)\n"
            if !manual.details.isEmpty { text += "\n\(manual.details)\n" }
            if !manual.arguments.isEmpty { text += "\n| argument | takes | default | |\n| --- | --- | --- | --- |\n" }
            for argument in manual.arguments {
                let isShort = argument.name == manual.scalar
                let name = "`\(argument.name)`" + (isShort ? " (may stand alone)" : "")
                text += "| \(name) | \(argument.type) | \(Self.words(of: argument)) | \(argument.help) |\n"
            }
            if !manual.outputs.isEmpty {
                text += "\n| output | |\n| --- | --- |\n"
                for output in manual.outputs { text += "| `\(output.name)` | \(output.help) |\n" }
            }
            text += "\n\(Self.defaults(of: manual))\n\n```yaml\n"
            for example in manual.examples { text += Self.entry(example, indent: "") }
            text += "```\n"
        }
        for word in RunWord.all {
            text += "\n## \(word.keyword)\n\n\(word.summary) \(word.details)\n\nDone in the run itself. Beside it: "
            text += word.keys.map { "`\($0)`" }.joined(separator: ", ") + ".\n\n```yaml\n"
            for example in word.examples { text += Self.entry(example, indent: "") }
            text += "```\n"
        }
        return text
    }

    private static func standard(of argument: StepManual.Argument) -> String {
        argument.standard.map { " (default: \($0))" } ?? " (\(words(of: argument)))"
    }

    /// What holds when an argument is left out.
    private static func words(of argument: StepManual.Argument) -> String {
        argument.standard ?? argument.instead.map { "required, or `\($0)`" } ?? "required"
    }

    private static func defaults(of manual: StepManual) -> String {
        var sentences: [String] = []
        if manual.targets != [.phones] { sentences.append("Acts on \(targets(of: manual)).") }
        sentences += ["Class \(manual.stepClass.rawValue).", "Timeout \(durationText(manual.timeout))."]
        switch manual.load {
        case .light: break
        case .bulk:
            sentences.append("Stall limit \(durationText(manual.stall)).")
            sentences.append("Counts against the limit of bulk steps per server.")
        case .reboot: sentences.append("Counts against the limit of reboots per server.")
        }
        if !manual.mayRepeatAfterSent {
            sentences.append("Not repeated after it was sent and got no answer.")
        }
        return sentences.joined(separator: " ")
    }

    /// What it acts on: `phones and encoders`.
    private static func targets(of manual: StepManual) -> String {
        TargetKind.allCases.filter(manual.targets.contains).map(\.rawValue).joined(separator: " and ")
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func wrapped(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + word.count + 1 <= Self.width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(margin + word)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
