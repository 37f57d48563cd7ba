import Farm
import SourceText
import Steps

extension Planner {
    /// Refuses steps that the service of a phone's account has no way to do, as far as they show it without a phone.
    ///
    /// A step with `when` is left to the run, since it may not be for these phones.
    func checkServices(of play: PlannedPlay, among targets: [PlannedTarget], _ diagnostics: inout Diagnostics) {
        let kinds = Dictionary(inventory.accounts.map { ($0.name, $0.kind) }) { first, _ in first }
        for kind in CloudAccount.Kind.allCases {
            let names = play.targets.map { targets[$0] }.filter { target in
                target.phone?.cloud.map { kinds[$0.account] ?? .cph } == kind
            }.map(\.id.name)
            guard !names.isEmpty else { continue }
            for step in play.allSteps where step.when == nil {
                guard let refusal = step.kind?.refusal(by: kind) else { continue }
                diagnostics.error(
                    "no-such-service",
                    "`\(step.title)` cannot be done to \(PlanPrinter.names(names)): \(refusal.reason)",
                    at: step.span, help: refusal.advice)
            }
        }
    }
}
