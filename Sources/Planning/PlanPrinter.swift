import Farm
import Journal
import PlaybookLanguage
import SourceText
import Steps

/// Prints a plan for people: what would be done to whom, without a phone having been asked.
public struct PlanPrinter: Sendable {
    /// Prints for a terminal or a file alike.
    public init() {}

    /// The plan as text.
    public func text(of plan: Plan) -> String {
        var text = terminalSafe(plan.name) + (plan.source.map { " (\(terminalSafe($0.name)))" } ?? "") + "\n\n"
        text += facts(of: plan).map { "\(padded($0.0, 9)) \($0.1)\n" }.joined()
        let rows = [["#", "step", "class", "timeout", "stall", ""]] + plan.steps.map(row)
        return text + "\n" + table(rows)
    }

    private func facts(of plan: Plan) -> [(String, String)] {
        var facts: [(String, String)] = []
        for (name, value) in plan.inputTexts.sorted(by: { $0.key < $1.key }) {
            facts.append((facts.isEmpty ? "inputs" : "", "\(name) = \(terminalSafe(value))"))
        }
        facts.append((plan.noun, "\(plan.targets.count): \(Self.names(plan.targets.map(\.id.name)))"))
        facts += Self.ways(of: plan)
        let undecided = plan.targets.filter(\.isUndecided)
        if !undecided.isEmpty {
            facts.append(("", "\(undecided.count) could not be asked: \(Self.names(undecided.map(\.id.name)))"))
        }
        if !plan.quarantined.isEmpty {
            let names = Self.names(plan.quarantined)
            facts.append(("", "\(plan.quarantined.count) quarantined: \(names) (`and healthy` leaves them out)"))
        }
        for (index, payload) in plan.payloads.enumerated() {
            facts.append((index == 0 ? "payloads" : "", terminalSafe(Self.words(of: payload))))
        }
        facts += Self.traffic(of: plan)
        facts.append(("limits", Self.words(of: plan.limits, forks: plan.forks)))
        facts.append(("seed", "\(plan.seed)"))
        return facts
    }

    /// A payload with its name, where it comes from, what it is, and how it travels.
    private static func words(of payload: PayloadSummary) -> String {
        let what = "\(payload.path): \(payload.description), \(payload.size)"
        guard let name = payload.name else { return what }
        let sum = payload.sha256.map { ", sha256 \($0.prefix(12))" } ?? ""
        return "\(name) from \(what)\(sum)" + (payload.packing == .none ? "" : ", as \(payload.packing.rawValue)")
    }

    private static func words(of limits: Limits, forks: Int?) -> String {
        var words: [String] = []
        if let most = [forks, limits.run].compactMap({ $0 }).min() { words.append("\(most) phones at once") }
        if let perServer = limits.perServer { words.append("\(perServer) per server") }
        words.append("\(limits.perUSBHost) per USB host")
        words.append("\(limits.bulkPerServer) bulk steps and \(limits.rebootsPerServer) reboots per server")
        return words.joined(separator: ", ")
    }

    private func row(_ step: PlannedStep) -> [String] {
        var more: [String] = []
        if step.when != nil { more.append("conditional") }
        if step.conduct.unless != nil { more.append("unless") }
        if let retries = step.retriesText { more.append("retries \(retries)") }
        let stall = step.load == .bulk ? step.stallText : "-"
        return [
            step.path.numberText, terminalSafe(step.title), step.stepClass.rawValue, step.timeoutText, stall,
            more.joined(separator: ", "),
        ]
    }

    /// Names as few words, cut when there are too many even so.
    static func names(_ names: [String]) -> String {
        var text = ""
        for (index, piece) in NameFolding.pieces(names).enumerated() {
            guard text.count + piece.count < 200 else { return text + ", ..." }
            text += (index == 0 ? "" : ", ") + piece
        }
        return terminalSafe(text)
    }

    private func table(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in min(70, rows.map { $0[column].count }.max() ?? 0) }
        return rows.map { row in
            var line = zip(row, widths).map { padded($0, $1) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
