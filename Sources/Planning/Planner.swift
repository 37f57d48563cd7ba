public import Farm
public import PlaybookLanguage
public import Secrets
public import SourceText
import Steps

/// Joins a playbook with a farm: who is meant, what will be delivered, and everything that is wrong with either.
///
/// No phone is touched here. Phones that must be asked before it is known who is meant are asked by the caller, between
/// ``selectors(of:shared:limit:beforeDiscovery:_:)`` and ``plan(_:shared:for:filter:_:)``.
public struct Planner: Sendable {
    let inventory: Inventory
    private let payloads: any PayloadProviding
    private let forks: Int?
    let seed: UInt64

    /// Plans for one farm.
    ///
    /// - Parameters:
    ///   - payloads: Opens what will be delivered.
    ///   - forks: The most phones at once; nil leaves it to limits and descriptors.
    ///   - seed: What every random choice is drawn from.
    public init(inventory: Inventory, payloads: any PayloadProviding, forks: Int? = nil, seed: UInt64) {
        self.inventory = inventory
        self.payloads = payloads
        self.forks = forks
        self.seed = seed
    }

    /// What all phones have in common in a playbook's expressions.
    ///
    /// - Parameters:
    ///   - inputs: As ``InputBinding`` gave them.
    ///   - overrides: As ``VariableOverrides`` gave them.
    ///   - vault: Where all secrets are known.
    public func shared(
        _ playbook: Playbook, inputs: [String: Value], overrides: [String: Value] = [:],
        environment: [String: String] = [:], secrets: [String: Secret] = [:], vault: SecretVault = SecretVault()
    ) -> SharedScope {
        SharedScope(
            inputs: inputs, environment: environment, overrides: overrides, playbookVariables: playbook.variables,
            farmVariables: inventory.variables.mapValues { Value($0) }, secrets: secrets, vault: vault)
    }

    /// Makes the plan.
    ///
    /// - Parameters:
    ///   - selections: Whom the selectors of `playbook` picked.
    ///   - filter: Which steps take part.
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func plan(
        _ playbook: Playbook, shared: SharedScope, for selections: Selections, filter: StepFilter = StepFilter(),
        _ diagnostics: inout Diagnostics
    ) -> Plan? {
        let targets = targets(of: playbook, selections)
        guard !targets.isEmpty else {
            Self.tellNobody(playbook.plays[0], &diagnostics)
            return nil
        }
        let positions = Dictionary(uniqueKeysWithValues: targets.indices.map { (targets[$0].id, $0) })
        let members = zip(playbook.plays, selections.plays).map { play, selection in
            (selection.phones.map(\.name) + selection.encoders.map(\.name)).compactMap {
                positions[TargetID(kind: play.targetKind.targetID, name: $0)]
            }.sorted()
        }
        return plan(playbook, shared: shared, targets: targets, members: members, filter: filter, &diagnostics)
    }

    private static func tellNobody(_ play: PlayCall, _ diagnostics: inout Diagnostics) {
        switch play.targetKind {
        case .phones:
            diagnostics.error(
                "no-phones", "no phone is selected", at: play.selector.span,
                help: "run `drover phones` to see the phones and labels there are")
        case .servers:
            diagnostics.error(
                "no-phones", "no server is selected", at: play.selector.span,
                help: "look at the names under `servers:` in the farm file")
        case .encoders:
            diagnostics.error(
                "no-encoders", "no encoder is selected", at: play.selector.span,
                help: "look at the names and labels under `encoders:` in the farm file")
        }
    }

    /// Makes the plan of a run anew, for exactly the targets that it had.
    ///
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func plan(
        _ playbook: Playbook, shared: SharedScope, for frozen: FrozenTargets, filter: StepFilter = StepFilter(),
        _ diagnostics: inout Diagnostics
    ) -> Plan? {
        guard frozen.plays.count == playbook.plays.count else {
            diagnostics.error("frozen-plan", "the playbook has other plays than the run", at: nil)
            return nil
        }
        return plan(
            playbook, shared: shared, targets: frozen.targets, members: frozen.plays, filter: filter, &diagnostics)
    }

    /// What the playbook's payloads stand for, as far as it can be said; mistakes are the plan's to tell.
    public func payloads(of playbook: Playbook, shared: SharedScope) -> [PayloadDefinition] {
        let table = PayloadTable(playbook.payloads, in: shared)
        return playbook.payloads.compactMap { declaration in
            do throws(PlaybookError) { return try table.definition(of: declaration.name) } catch { return nil }
        }
    }

    private func plan(
        _ playbook: Playbook, shared: SharedScope, targets: [PlannedTarget], members: [[Int]], filter: StepFilter,
        _ diagnostics: inout Diagnostics
    ) -> Plan? {
        var declared = DeclaredPayloads(payloads)
        let shared = SharedScope(shared, payloads: declared.table(of: playbook, in: shared))
        diagnostics.add(contentsOf: declared.diagnostics)
        guard !declared.diagnostics.hasErrors else { return nil }
        var making = PlayMaking(shared: shared, targets: targets, seed: seed, filter: filter)
        let plays = zip(playbook.plays, members).compactMap { making.play($0, for: $1, of: playbook) }
        for (call, play) in zip(playbook.plays, plays) {
            Self.checkRoutes(of: play.targets.map { targets[$0] }, call, play, &diagnostics)
            checkServices(of: play, among: targets, at: call.selector.span, &diagnostics)
        }
        guard !diagnostics.hasErrors else { return nil }
        making.finish(playbook)
        diagnostics.add(contentsOf: making.diagnostics)
        guard !making.diagnostics.hasErrors else { return nil }
        var check = PayloadCheck(payloads: payloads)
        for play in plays { check.look(at: play, for: play.targets.map { targets[$0] }, shared: shared) }
        diagnostics.add(contentsOf: check.diagnostics)
        guard !check.diagnostics.hasErrors, isBearable(check.traffic.traffic, &diagnostics) else { return nil }
        return Plan(
            name: playbook.name, source: playbook.file, includes: playbook.includes, shared: shared, plays: plays,
            targets: targets, limits: inventory.limits, forks: forks, seed: seed, deadline: making.deadline,
            failLimit: making.failLimit, tolerance: making.tolerance, payloads: check.summaries,
            traffic: check.traffic, phoneFields: playbook.phoneFields
        ).knowing(inventory.health)
    }

    /// Refuses encoders without an SSH server, on which none of these steps can be done.
    private static func checkRoutes(
        of targets: [PlannedTarget], _ call: PlayCall, _ play: PlannedPlay, _ diagnostics: inout Diagnostics
    ) {
        let names = targets.filter { $0.encoder.map { $0.route == nil } ?? false }.map(\.id.name)
        var words: [String] = []
        for step in play.allSteps where step.kind != nil && !words.contains(step.keyword) { words.append(step.keyword) }
        guard !names.isEmpty, !words.isEmpty else { return }
        let steps = words.map { "`\($0)`" }.joined(separator: ", ")
        let isOne = names.count == 1
        diagnostics.error(
            "no-route",
            "\(PlanPrinter.names(names)) \(isOne ? "has" : "have") no `ssh` in the farm file, which \(steps) "
                + "\(words.count == 1 ? "needs" : "need")",
            at: call.selector.span,
            help: "add `ssh: USER@HOST` there, or leave \(isOne ? "it" : "them") out: "
                + "`and not \(names.count == 1 ? names[0] : "(\(names.joined(separator: ", ")))")`")
    }

    /// Makes the plan of a one-step run.
    ///
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func plan(
        _ single: SingleStep, for selections: Selections, environment: [String: String] = [:],
        _ diagnostics: inout Diagnostics
    ) -> Plan? {
        let shared = SharedScope(
            environment: environment, farmVariables: inventory.variables.mapValues { Value($0) })
        let membership = GroupMembership(of: inventory)
        let targets = selections.plays.flatMap { selection in
            selection.phones.map { target($0, selection, membership) }
        }.sorted { $0.id < $1.id }
        guard !targets.isEmpty else {
            diagnostics.error(
                "no-phones", "no phone is selected", at: nil,
                help: "run `drover phones` to see the phones and labels there are")
            return nil
        }
        let everybody = Array(targets.indices)
        let play = PlannedPlay(
            index: 0, title: single.title, targetKind: .phones, targets: everybody,
            waves: [PlannedWave(targets: everybody)], steps: [.step(single.step)])
        checkServices(of: play, among: targets, at: nil, &diagnostics)
        guard !diagnostics.hasErrors else { return nil }
        var check = PayloadCheck(payloads: payloads)
        check.look(at: play, for: targets, shared: shared)
        diagnostics.add(contentsOf: check.diagnostics)
        guard !check.diagnostics.hasErrors, isBearable(check.traffic.traffic, &diagnostics) else { return nil }
        return Plan(
            name: single.title, source: nil, shared: shared, plays: [play], targets: targets, limits: inventory.limits,
            forks: forks, seed: seed, payloads: check.summaries, traffic: check.traffic
        ).knowing(inventory.health)
    }

    /// Everybody whom any play means, once, sorted by name.
    private func targets(of playbook: Playbook, _ selections: Selections) -> [PlannedTarget] {
        let membership = GroupMembership(of: inventory)
        var targets: [TargetID: PlannedTarget] = [:]
        for (play, selection) in zip(playbook.plays, selections.plays) {
            for phone in selection.phones {
                let id = TargetID(kind: play.targetKind.targetID, name: phone.name)
                guard targets[id] == nil || selection.undecided.contains(phone.name) else { continue }
                switch play.targetKind {
                case .phones: targets[id] = target(phone, selection, membership)
                case .servers: targets[id] = inventory.server(phone.name).map { PlannedTarget($0) }
                case .encoders: continue
                }
            }
            for encoder in selection.encoders {
                let own = membership.variables(of: encoder.name, encoder.variables)
                let target = PlannedTarget(
                    encoder, groups: membership.groups(of: encoder.name).map(\.name), variables: own)
                targets[target.id] = target
            }
        }
        return targets.values.sorted { $0.id < $1.id }
    }

    private func target(_ phone: Phone, _ selection: Selection, _ membership: GroupMembership) -> PlannedTarget {
        PlannedTarget(
            phone, groups: membership.groups(of: phone.name).map(\.name),
            variables: membership.variables(of: phone.name, phone.variables),
            isUndecided: selection.undecided.contains(phone.name))
    }
}
