import Farm
public import PlaybookLanguage
public import SourceText

extension Planner {
    /// Joins the playbook's selectors, and the limit of the command line, with the farm.
    ///
    /// - Parameters:
    ///   - limit: A second selector that narrows those of all plays.
    ///   - beforeDiscovery: Whether phones may still turn up at their servers.
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func selectors(
        of playbook: Playbook, shared: SharedScope, limit: String? = nil, beforeDiscovery: Bool = false,
        _ diagnostics: inout Diagnostics
    ) -> ChosenTargets? {
        var found = Diagnostics()
        defer { diagnostics.add(contentsOf: found) }
        let narrowed = bound(limit: limit, beforeDiscovery, &found)
        var plays: [ChosenTargets.Play] = []
        for play in playbook.plays {
            do throws(PlaybookError) {
                let text = try play.selector.template.text(in: Scope(shared))
                let farm = try members(of: play, beforeDiscovery: beforeDiscovery)
                let what = Wanted(kind: play.targetKind == .encoders ? .encoder : .phone)
                if let members = bind(
                    text, in: farm, what, beforeDiscovery, &found, place: play.selector.span(ofText:))
                {
                    let limit =
                        play.targetKind == .servers
                        ? try limit.flatMap { (text) throws(PlaybookError) in try bound(limit: text, toServers: farm) }
                        : narrowed
                    plays.append(ChosenTargets.Play(kind: play.targetKind, members: members, limit: limit))
                }
            } catch {
                found.add(error.diagnostic)
            }
        }
        guard plays.count == playbook.plays.count, !found.hasErrors else { return nil }
        return ChosenTargets(plays: plays, seed: seed)
    }

    /// The farm among whose members a play chooses; servers stand in it in the place of phones.
    private func members(of play: PlayCall, beforeDiscovery: Bool) throws(PlaybookError) -> Inventory {
        switch play.targetKind {
        case .phones: return inventory
        case .encoders:
            // An account may show encode services that no file names.
            let mayShow = beforeDiscovery && inventory.servers.contains { $0.cloud != nil }
            guard inventory.encoders.isEmpty, !mayShow else { return inventory }
            throw PlaybookError(
                .unknownName, "the farm file has no encoders", at: play.selector.span,
                help: "add them under `encoders:`, for example `enc-a: { ssh: root@10.0.9.4 }`")
        case .servers:
            do throws(FarmError) {
                return try inventory.servingAsPhones()
            } catch {
                throw PlaybookError(.wrongType, error.reason, at: play.selector.span)
            }
        }
    }

    /// Joins a selector of the command line with the farm, for one-step runs.
    ///
    /// - Returns: nil when something is wrong; it is in `diagnostics`.
    public func selector(
        _ text: String, limit: String? = nil, beforeDiscovery: Bool = false, _ diagnostics: inout Diagnostics
    ) -> ChosenTargets? {
        let span = SourceSpan.whole(text, named: "SELECTOR")
        let phones = bind(text, in: inventory, Wanted(kind: .phone), beforeDiscovery, &diagnostics) {
            Self.part($0, of: span)
        }
        let narrowed = bound(limit: limit, beforeDiscovery, &diagnostics)
        guard let phones, !diagnostics.hasErrors else { return nil }
        return ChosenTargets(
            plays: [ChosenTargets.Play(kind: .phones, members: phones, limit: narrowed)], seed: seed)
    }

    private func bound(
        limit: String?, _ beforeDiscovery: Bool, _ diagnostics: inout Diagnostics
    ) -> BoundSelector? {
        guard let limit else { return nil }
        let span = SourceSpan.whole(limit, named: "--limit")
        return bind(limit, in: inventory, Wanted(isLimit: true), beforeDiscovery, &diagnostics) {
            Self.part($0, of: span)
        }
    }

    /// The limit of the command line, joined with the servers of the farm.
    ///
    /// One that speaks of phones cannot narrow a play that acts on servers; leaving it out of account there would let the play act
    /// on all of them.
    ///
    /// - Parameter servers: As `servingAsPhones` gives them.
    private func bound(limit text: String, toServers servers: Inventory) throws(PlaybookError) -> BoundSelector {
        do throws(FarmError) {
            let bound = try servers.bind(PhoneSelector(parsing: text))
            guard bound.neededProperties.allSatisfy({ $0 == PhoneProperty.model }) else {
                throw FarmError(.wrongKind, text, "servers have no properties")
            }
            return bound
        } catch {
            throw PlaybookError(
                .unknownName, "`\(text)` narrows no play that acts on servers: \(error.reason)",
                at: .whole(text, named: "--limit"),
                help: "name servers, such as --limit \(servers.phones.first?.name ?? "SERVER"), or skip the play")
        }
    }

    /// What a selector picks.
    private struct Wanted {
        var kind = TargetID.Kind.phone
        /// Whether it narrows others, and so may name members of any kind.
        var isLimit = false
    }

    private func bind(
        _ text: String, in farm: Inventory, _ wanted: Wanted, _ beforeDiscovery: Bool,
        _ diagnostics: inout Diagnostics, place: (Range<Int>) -> SourceSpan
    ) -> BoundSelector? {
        do throws(FarmError) {
            let selector = try PhoneSelector(parsing: text)
            let mistakes = farm.mistakes(
                in: selector, picking: wanted.kind, isLimit: wanted.isLimit, beforeDiscovery: beforeDiscovery)
            for mistake in mistakes { diagnostics.add(Self.diagnostic(mistake, text, place: place)) }
            guard mistakes.isEmpty else { return nil }
            return try farm.bind(
                selector, picking: wanted.kind, isLimit: wanted.isLimit, beforeDiscovery: beforeDiscovery)
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
}
