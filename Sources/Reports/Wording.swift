import Farm
import Journal

/// The small words that all reports share.
enum Wording {
    /// `1 phone`, `100 phones`.
    static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// What the targets of a run are called together.
    static func noun(_ targets: some Sequence<TargetID>) -> String {
        var kinds: Set<TargetID.Kind> = []
        for target in targets { kinds.insert(target.kind) }
        guard kinds.count == 1, let kind = kinds.first else { return kinds.isEmpty ? "phone" : "target" }
        return kind.rawValue
    }

    /// A duration for people: `0.4 s`, `42.0 s`, `2 min 5 s`, `1 h 2 min`.
    static func duration(milliseconds: Int64) -> String {
        let milliseconds = max(0, milliseconds)
        let tenths = (milliseconds + 50) / 100
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
        let seconds = (milliseconds + 500) / 1000
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }

    /// A duration on a clock: `0:07`, `12:40`, `1:02:05`.
    static func clock(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds) / 1000
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds < 3600 { return "\(seconds / 60):\(padded(seconds % 60))" }
        return "\(seconds / 3600):\(padded(seconds % 3600 / 60)):\(padded(seconds % 60))"
    }

    /// The counts as a sum: `97 changed + 3 failed = 100 phones`; what nobody came to is left out.
    static func sum(_ counts: VerdictCounts, noun: String, style: ReportStyle = .plain) -> String {
        let parts = Verdict.allCases.filter { counts[$0] > 0 }
            .map { style.paint("\(counts[$0]) \($0.words)", colour(of: $0)) }
        let total = count(counts.total, noun)
        return parts.isEmpty ? total : parts.joined(separator: " + ") + " = " + total
    }

    static func colour(of verdict: Verdict) -> ReportStyle.Colour {
        switch verdict {
        case .ok: .good
        case .changed: .changed
        case .failed, .timedOut: .bad
        case .lost: .lost
        case .skipped, .cancelled, .notStarted: .quiet
        }
    }

    /// A step for people: `step 2, push assets`; one-step runs have no number.
    static func step(_ label: StepLabel?, _ path: StepPath, of steps: Int) -> String {
        let title = label.map { Escaping.line($0.title) }
        if label?.keyword == "preflight" { return "preflight" }
        let rounds = path.elements.compactMap { $0.item.map { "\($0 + 1)" } }
        let round = rounds.isEmpty ? "" : " (round \(rounds.joined(separator: ".")))"
        guard steps > 1 else { return (title ?? "step \(path.numberText)") + round }
        let play = path.play > 0 ? " of play \(path.play + 1)" : ""
        return "step \(path.numberText)\(play)" + (title.map { ", " + $0 } ?? "") + round
    }

    /// A step's number for a table; a preflight stands before all numbers.
    static func number(_ label: StepLabel) -> String {
        guard label.keyword != "preflight" else { return "" }
        return (label.path.play > 0 ? "play \(label.path.play + 1): " : "") + label.path.numberText
    }

    /// What was being done, unless the step's title says the same.
    static func operation(_ operation: String?, of label: StepLabel?) -> String? {
        guard let operation, !operation.isEmpty, operation != label?.title else { return nil }
        return Escaping.line(operation)
    }

    /// Pieces joined by commas, broken between pieces where a line is full.
    ///
    /// - Parameter maximumLines: What does not fit is counted by `rest` in a last line.
    static func wrapped(
        _ pieces: [String], width: Int, indent: String, maximumLines: Int = .max,
        rest: (Int) -> String = { "\($0) more" }
    ) -> [String] {
        var lines: [String] = []
        var line = indent
        for (index, piece) in pieces.enumerated() {
            let text = index + 1 < pieces.count ? piece + "," : piece
            if line.utf8.count > indent.utf8.count, line.utf8.count + 1 + text.utf8.count > width {
                lines.append(line)
                if lines.count == maximumLines {
                    lines.append(indent + "and " + rest(index))
                    return lines
                }
                line = indent
            }
            line += (line.utf8.count > indent.utf8.count ? " " : "") + text
        }
        lines.append(line)
        return lines
    }
}
