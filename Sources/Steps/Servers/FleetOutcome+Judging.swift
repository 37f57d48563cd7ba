import Farm
import Journal

extension FleetOutcome {
    /// The values of a step that was done on all phones of a server.
    ///
    /// - Parameter done: The name under which the number of phones stands on which it was done: `uninstalled`.
    func values(_ done: String) -> [String: OutputValue] {
        [
            "phones": .integer(phones), done: .integer(self.done.count),
            "failed": .list(failed.map { .text("\($0.phone): \(PhoneWords($0.reason).firstLine)") }),
            "stopped": .list(stopped.map { .text($0) }),
        ]
    }

    /// The verdict: a failure as soon as one phone has failed; phones that do not run are told of and are no failure.
    func outcome(of operation: String, _ values: [String: OutputValue], reason: String) -> StepOutcome {
        var outputs = StepOutputs(values: values)
        guard let first = failed.first else {
            if let refusal { return Self.outcome(of: refusal, outputs) }
            outputs.reason = stopped.isEmpty ? reason : "\(reason); not running: \(NameFolding.brief(stopped))"
            return StepOutcome(done.isEmpty && !hasChangedServer ? .ok : .changed, outputs: outputs)
        }
        let why = PhoneWords(first.reason).firstLine
        let words = failed.count == 1 ? "\(first.phone): \(why)" : "\(NameFolding.brief(failed.map(\.phone))): \(why)"
        let unknown = failed.count(where: \.isUnknown)
        let failure = StepFailure(
            code: unknown == 0 ? "phones" : ServiceError.unknownOutcome, operation: operation,
            reason: "\(failed.count) of \(phones) phones failed: \(words)",
            advice: stopped.isEmpty
                ? nil : "not running: \(NameFolding.brief(stopped)); `power: on` starts what is shut down")
        guard unknown > 0 else { return StepOutcome(.failed(failure), outputs: outputs) }
        return StepOutcome(
            .unknown(failure, verify: "look at the phones whose outcome is not known; a new run asks again"),
            outputs: outputs)
    }

    /// The phones had their turn, and then the service would not do the rest.
    private static func outcome(of refusal: ServiceError, _ outputs: StepOutputs) -> StepOutcome {
        var failure = StepFailure(
            code: refusal.code, operation: refusal.operation, reason: refusal.reason, advice: refusal.advice)
        guard refusal.outcome == .unknown else { return StepOutcome(.failed(failure), outputs: outputs) }
        failure.code = ServiceError.unknownOutcome
        return StepOutcome(.unknown(failure, verify: "a new run asks the service again"), outputs: outputs)
    }
}
