import Farm
import Journal
import Planning
import PlaybookLanguage
import SourceText

/// Answers whether the next wave of a play may begin.
struct GateKeeper: Sendable {
    let plan: Plan
    let play: PlannedPlay

    /// The answer after a wave; the first of several lets nothing pass that failed, unless the playbook says otherwise.
    func answer(after wave: Int, _ counts: VerdictCounts) -> GateAnswer {
        guard let gate = play.waves[wave].gate else {
            guard play.waves[wave].isCanary, counts.failures > 0 else { return GateAnswer(passed: true) }
            let words = [Verdict.failed, .lost, .timedOut].filter { counts[$0] > 0 }.map { "\(counts[$0]) \($0.words)" }
            return GateAnswer(
                passed: false, why: "the first wave had \(words.joined(separator: ", ")), and nothing may fail in it")
        }
        var scope = Scope(plan.shared)
        scope.playVariables = play.variables
        scope.counts = Self.values(of: counts)
        do throws(PlaybookError) {
            guard try gate.value(in: scope) != .boolean(true) else { return GateAnswer(passed: true) }
            return GateAnswer(passed: false, why: "the gate `\(gate.span.text)` does not hold after wave \(wave + 1)")
        } catch {
            return GateAnswer(passed: false, why: "the gate after wave \(wave + 1): \(error)")
        }
    }

    /// What `counts` gives in a gate.
    static func values(of counts: VerdictCounts) -> [String: Value] {
        var values: [String: Value] = ["total": .integer(Int64(counts.total))]
        for verdict in Verdict.allCases {
            let name = String(verdict.rawValue.map { $0 == "-" ? "_" : $0 })
            values[name] = .integer(Int64(counts[verdict]))
        }
        return values
    }
}
