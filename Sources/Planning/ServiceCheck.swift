import Farm
import PlaybookLanguage
import SourceText
import Steps

/// Refuses what the services of a farm's accounts have no way to do, as far as that shows without a phone.
///
/// What stands behind a `when` is left to the run, since it may not be for these targets; so is what only looks after a
/// failure, which costs nothing where it fails, too.
struct ServiceCheck {
    /// A step that all targets of its play may come to.
    struct Step {
        let title: String
        let kind: any StepKind
        let span: SourceSpan?
        /// Whether it is only done after a failure.
        let isAfterFailure: Bool

        /// Whether it is looked at before the run.
        fileprivate var counts: Bool { !isAfterFailure || kind.stepClass > .read }
    }

    /// Who is to do it.
    struct Target {
        let name: String
        /// The account that answers for it, by its name in the farm file.
        let account: String
    }

    /// What they are asked for.
    struct Play {
        let targets: TargetKind
        /// Where its selector stands.
        let selector: SourceSpan?
        let steps: [Step]
    }

    let accounts: [CloudAccount]

    /// Looks at a play, which is told once for each step and service.
    func look(at play: Play, for targets: [Target], _ diagnostics: inout Diagnostics) {
        var byKind = Dictionary(grouping: targets) { target in
            accounts.first { $0.name == target.account }?.kind ?? .cph
        }.mapValues { $0.map(\.name) }
        if play.targets == .servers, let single = byKind.removeValue(forKey: .koophone) {
            Self.refuse(servers: single, at: play.selector, &diagnostics)
        }
        for kind in CloudAccount.Kind.allCases {
            guard let names = byKind[kind] else { continue }
            for step in play.steps where step.counts {
                guard let refusal = step.kind.refusal(by: kind, among: accounts) else { continue }
                diagnostics.error(
                    "no-such-service",
                    "`\(step.title)` cannot be done to \(PlanPrinter.names(names)): \(refusal.reason)",
                    at: step.span, help: refusal.advice)
            }
        }
    }

    /// Refuses entries of accounts that rent single phones in a play for servers.
    private static func refuse(servers names: [String], at span: SourceSpan?, _ diagnostics: inout Diagnostics) {
        let isOne = names.count == 1
        let others = isOne ? names[0] : "(\(names.joined(separator: ", ")))"
        diagnostics.error(
            "no-servers",
            "\(PlanPrinter.names(names)) \(isOne ? "stands" : "stand") for phones of KooPhone, which rents no servers",
            at: span,
            help: "put the steps into a play with `phones:`, or leave \(isOne ? "it" : "them") out: `and not \(others)`"
        )
    }
}

extension Planner {
    /// Refuses what a play asks of services that have no way to do it.
    ///
    /// - Parameter span: Where the play's selector stands.
    func checkServices(
        of play: PlannedPlay, among targets: [PlannedTarget], at span: SourceSpan?, _ diagnostics: inout Diagnostics
    ) {
        let ofClouds = play.targets.compactMap { place -> ServiceCheck.Target? in
            let target = targets[place]
            let account = target.phone?.cloud?.account ?? target.server?.cloud?.account
            return account.map { ServiceCheck.Target(name: target.id.name, account: $0) }
        }
        guard !ofClouds.isEmpty else { return }
        let steps = ServiceCheck.Step.unconditional(in: play.steps, onFailure: play.onFailure)
        ServiceCheck(accounts: inventory.accounts).look(
            at: .init(targets: play.targetKind, selector: span, steps: steps), for: ofClouds, &diagnostics)
    }
}
