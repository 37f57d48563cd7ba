public import Farm
public import PlaybookLanguage
public import SourceText
import Steps

/// Joins a playbook with a farm: who is meant, what will be delivered, and everything that is wrong with either.
///
/// No phone is touched here. Phones that must be asked before it is known who is meant are asked by the caller, between
/// ``selector(of:shared:limit:beforeDiscovery:_:)`` and ``plan(_:shared:for:_:)``.
public struct Planner: Sendable {
    private let inventory: Inventory
    private let payloads: any PayloadProviding
    private let forks: Int?
    private let seed: UInt64

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
    public func shared(
        _ playbook: Playbook, inputs: [String: Value], overrides: [String: Value] = [:],
        environment: [String: String] = [:]
    ) -> SharedScope {
        SharedScope(
            inputs: inputs, environment: environment, overrides: overrides, playbookVariables: playbook.variables,
            farmVariables: inventory.variables.mapValues { Value($0) })
    }

    /// Joins the playbook's selector, and the limit of the command line, with the farm.
    ///
    /// - Parameters:
    ///   - limit: A second selector that narrows the first.
    ///   - beforeDiscovery: Whether phones may still turn up at their servers.
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func selector(
        of playbook: Playbook, shared: SharedScope, limit: String? = nil, beforeDiscovery: Bool = false,
        _ diagnostics: inout Diagnostics
    ) -> ChosenPhones? {
        var found = Diagnostics()
        defer { diagnostics.add(contentsOf: found) }
        let phones: BoundSelector?
        do throws(PlaybookError) {
            let text = try playbook.plays[0].selector.template.text(in: Scope(shared))
            phones = bind(text, beforeDiscovery, &found) { playbook.plays[0].selector.span(ofText: $0) }
        } catch {
            found.add(error.diagnostic)
            phones = nil
        }
        let narrowed = bound(limit: limit, beforeDiscovery, &found)
        guard let phones, !found.hasErrors else { return nil }
        return ChosenPhones(phones: phones, limit: narrowed, seed: seed)
    }

    /// Joins a selector of the command line with the farm, for one-step runs.
    ///
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func selector(
        _ text: String, limit: String? = nil, beforeDiscovery: Bool = false, _ diagnostics: inout Diagnostics
    ) -> ChosenPhones? {
        let span = SourceSpan.whole(text, named: "SELECTOR")
        let phones = bind(text, beforeDiscovery, &diagnostics) { Self.part($0, of: span) }
        let narrowed = bound(limit: limit, beforeDiscovery, &diagnostics)
        guard let phones, !diagnostics.hasErrors else { return nil }
        return ChosenPhones(phones: phones, limit: narrowed, seed: seed)
    }

    private func bound(
        limit: String?, _ beforeDiscovery: Bool, _ diagnostics: inout Diagnostics
    ) -> BoundSelector? {
        guard let limit else { return nil }
        let span = SourceSpan.whole(limit, named: "--limit")
        return bind(limit, beforeDiscovery, &diagnostics) { Self.part($0, of: span) }
    }

    private func bind(
        _ text: String, _ beforeDiscovery: Bool, _ diagnostics: inout Diagnostics,
        place: (Range<Int>) -> SourceSpan
    ) -> BoundSelector? {
        do throws(FarmError) {
            let selector = try PhoneSelector(parsing: text)
            for mistake in inventory.mistakes(in: selector, beforeDiscovery: beforeDiscovery) {
                diagnostics.add(Self.diagnostic(mistake, text, place: place))
            }
            return diagnostics.hasErrors ? nil : try inventory.bind(selector, beforeDiscovery: beforeDiscovery)
        } catch {
            diagnostics.add(Self.diagnostic(error, text, place: place))
            return nil
        }
    }

    private static func part(_ range: Range<Int>, of span: SourceSpan) -> SourceSpan {
        SourceSpan(file: span.file, range: range)
    }

    private static func diagnostic(
        _ error: FarmError, _ text: String, place: (Range<Int>) -> SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .error, rule: "selector", error.reason, at: place(error.span ?? 0..<text.utf8.count),
            help: error.suggestion)
    }

    /// Makes the plan.
    ///
    /// - Parameter selection: Whom the selector of `playbook` picked.
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func plan(
        _ playbook: Playbook, shared: SharedScope, for selection: Selection, _ diagnostics: inout Diagnostics
    ) -> Plan? {
        let steps = playbook.plays[0].steps.compactMap { entry -> PlannedStep? in
            guard case .step(let call) = entry, case .kind(let made) = call.action, let kind = made as? any StepKind
            else { return nil }
            return PlannedStep(call, kind: kind, shared: shared)
        }
        guard !selection.phones.isEmpty else {
            diagnostics.error(
                "no-phones", "no phone is selected", at: playbook.plays[0].selector.span,
                help: "run `drover phones` to see the phones and labels there are")
            return nil
        }
        return plan(
            name: playbook.name, source: playbook.file, shared: shared, steps: steps, selection: selection,
            phoneFields: playbook.phoneFields, &diagnostics)
    }

    /// Makes the plan of a one-step run.
    ///
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func plan(
        _ single: SingleStep, for selection: Selection, environment: [String: String] = [:],
        _ diagnostics: inout Diagnostics
    ) -> Plan? {
        guard !selection.phones.isEmpty else {
            diagnostics.error(
                "no-phones", "no phone is selected", at: nil,
                help: "run `drover phones` to see the phones and labels there are")
            return nil
        }
        let shared = SharedScope(
            environment: environment, farmVariables: inventory.variables.mapValues { Value($0) })
        return plan(
            name: single.title, source: nil, shared: shared, steps: [single.step], selection: selection, &diagnostics)
    }

    private func plan(
        name: String, source: SourceFile?, shared: SharedScope, steps: [PlannedStep], selection: Selection,
        phoneFields: Set<String> = [], _ diagnostics: inout Diagnostics
    ) -> Plan? {
        let membership = GroupMembership(of: inventory)
        let targets = selection.phones.map { phone in
            let groups = membership.groups(of: phone.name)
            return PlannedTarget(
                phone, groups: groups.map(\.name), variables: membership.variables(of: phone),
                isUndecided: selection.undecided.contains(phone.name))
        }
        var check = PayloadCheck(payloads: payloads)
        check.look(at: steps, for: targets, shared: shared)
        diagnostics.add(contentsOf: check.diagnostics)
        guard !check.diagnostics.hasErrors else { return nil }
        return Plan(
            name: name, source: source, shared: shared, steps: steps, targets: targets, limits: inventory.limits,
            forks: forks, seed: seed, payloads: check.summaries, phoneFields: phoneFields)
    }
}

/// Whom a selector means in one farm, to be evaluated when everybody is known.
public struct ChosenPhones: Sendable {
    private let phones: BoundSelector
    private let limit: BoundSelector?
    private let seed: UInt64

    init(phones: BoundSelector, limit: BoundSelector?, seed: UInt64) {
        self.phones = phones
        self.limit = limit
        self.seed = seed
    }

    /// The keys of `getprop` that decide, sorted; empty when the farm alone can answer.
    public var neededProperties: [String] {
        Set(phones.neededProperties + (limit?.neededProperties ?? [])).sorted()
    }

    /// Picks the phones.
    ///
    /// - Parameter known: What phones have answered, by name and key of `getprop`.
    public func selection(known: [String: [String: String]] = [:]) -> Selection {
        phones.evaluate(known: known, seed: seed, limit: limit)
    }
}
