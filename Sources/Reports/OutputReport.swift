import Farm
public import Journal

/// What commands printed, each text once under the names of those who printed it.
public struct OutputReport: Sendable {
    private let record: RunRecord
    private let style: ReportStyle
    private let whole: (@Sendable (StoredOutput) -> String?)?

    /// Reports the outputs of a run.
    ///
    /// - Parameter whole: Reads a long output from the run folder; without it, or when it returns nil, the beginning is
    ///   shown with a hint at the rest.
    public init(
        _ record: RunRecord, style: ReportStyle = .plain, whole: (@Sendable (StoredOutput) -> String?)? = nil
    ) {
        self.record = record
        self.style = style
        self.whole = whole
    }

    /// The report, each line ended; empty when no command ran.
    public var text: String {
        var lines: [String] = []
        let steps = record.header?.steps ?? []
        let rounds = rounds
        for step in steps {
            for path in rounds[step.path] ?? [] {
                let groups = OutputGroup.groups(of: record, at: path)
                guard !groups.isEmpty else { continue }
                if steps.count > 1 || path != step.path {
                    if !lines.isEmpty { lines.append("") }
                    lines.append(style.paint("== " + Wording.step(step, path, of: steps.count), .bold))
                }
                for group in groups { append(group, to: &lines) }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The paths of what was done, by the step's path: more than one where a loop went round.
    private var rounds: [StepPath: [StepPath]] {
        var paths: Set<StepPath> = []
        for phone in record.phones {
            for step in phone.steps { paths.insert(step.path) }
        }
        return Dictionary(grouping: paths.sorted(), by: \.withoutItems)
    }

    private func append(_ group: OutputGroup, to lines: inout [String]) {
        let rule = style.paint(String(repeating: "-", count: 15), .quiet)
        lines.append(rule)
        var names = Wording.wrapped(NameFolding.pieces(group.names).map(Escaping.line), width: style.width, indent: "")
        names[names.count - 1] += group.remarks
        lines += names.map { style.paint($0, .bold) }
        lines.append(rule)
        lines += block(group.output)
        lines += block(group.error).map { style.paint("stderr: ", .quiet) + $0 }
    }

    private func block(_ text: OutputText) -> [String] {
        switch text {
        case .inline(""): return []
        case .inline(let text): return Escaping.lines(text)
        case .stored(let stored):
            if let text = whole?(stored) { return Escaping.lines(text) }
            let size = ByteCount(stored.size)
            let hint = "... \(size) in all, see outputs/\(Escaping.line(stored.hash)) in the run folder"
            return Escaping.lines(stored.head) + [style.paint(hint, .quiet)]
        }
    }
}
