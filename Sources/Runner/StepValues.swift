import Journal
import PlaybookLanguage

extension StepEnd {
    /// What later expressions see as `steps.ID`: what the kind declares, and what every step has.
    var expressionValues: [String: Value] {
        var values = outputs.values.mapValues { Value($0) }
        values["verdict"] = .text(verdict.rawValue)
        values["changed"] = .boolean(verdict == .changed)
        values["ok"] = .boolean(verdict == .ok || verdict == .changed)
        values["failed"] = .boolean(verdict.isFailure)
        values["skipped"] = .boolean(verdict == .skipped)
        values["exit"] = outputs.exit.map { .integer(Int64($0)) } ?? .null
        values["output"] = .text(outputs.output.text)
        values["error"] = .text(outputs.error.text)
        values["reason"] = (outputs.reason ?? failure?.reason).map { .text($0) } ?? .null
        return values
    }
}

extension Value {
    init(_ output: OutputValue) {
        switch output {
        case .text(let text): self = .text(text)
        case .integer(let number): self = .integer(Int64(number))
        case .number(let number): self = .number(number)
        case .boolean(let flag): self = .boolean(flag)
        case .list(let members): self = .list(members.map { Value($0) })
        case .map(let members): self = .map(members.mapValues { Value($0) })
        case .null: self = .null
        }
    }
}
