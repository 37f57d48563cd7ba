public import Farm
public import PlaybookLanguage
public import SourceText
import Steps

/// What a farm file alone shows to be impossible: steps that the service of their phones' account has no way to do.
///
/// Nobody is asked. Phones that only their cloud knows are told as `SERVER/*`; a play whose selector hangs on inputs, or on
/// what phones tell, is left to the plan.
public struct FarmCheck {
    private let inventory: Inventory

    /// Checks against one farm.
    public init(_ inventory: Inventory) { self.inventory = inventory }

    /// Looks at every play.
    public func look(at playbook: Playbook, _ diagnostics: inout Diagnostics) {
        guard !inventory.accounts.isEmpty else { return }
        let check = ServiceCheck(accounts: inventory.accounts)
        // What is missing is the plan's to tell.
        var untold = Diagnostics()
        let inputs = InputBinding(playbook.inputs, workingDirectory: "/").values(from: [], &untold)
        let shared = SharedScope(
            inputs: inputs, playbookVariables: playbook.variables,
            farmVariables: inventory.variables.mapValues { Value($0) })
        for play in playbook.plays {
            guard let text = try? play.selector.template.text(in: Scope(shared)),
                let selector = try? PhoneSelector(parsing: text), let targets = try? targets(of: play, selector)
            else { continue }
            let steps = ServiceCheck.Step.unconditional(in: play.steps, onFailure: play.onFailure)
            check.look(
                at: .init(targets: play.targetKind, selector: play.selector.span, steps: steps), for: targets,
                &diagnostics)
        }
    }

    /// Those whom a play certainly means, and for whom an account answers.
    private func targets(of play: PlayCall, _ selector: PhoneSelector) throws(FarmError) -> [ServiceCheck.Target] {
        switch play.targetKind {
        case .encoders: return []
        case .servers:
            let chosen = try inventory.servingAsPhones().bind(selector).evaluate()
            return chosen.phones.compactMap { target($0.name, at: inventory.server($0.name)) }
        case .phones:
            let stands = try StandIns(for: selector, in: inventory)
            let bound = try stands.inventory.bind(selector, beforeDiscovery: true)
            // Whom a `pick` takes hangs on all the others.
            guard !bound.neededProperties.contains(PhoneProperty.model) else { return [] }
            let chosen = bound.evaluate()
            return stands.told(chosen.phones.filter { !chosen.undecided.contains($0.name) }).compactMap { name, phone in
                target(name, at: phone.server.flatMap { inventory.server($0) })
            }
        }
    }

    private func target(_ name: String, at server: Server?) -> ServiceCheck.Target? {
        server?.cloud.map { ServiceCheck.Target(name: name, account: $0.account) }
    }
}
