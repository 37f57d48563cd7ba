import CloudLinks
import Farm
import PhoneLinks
import Planning
import SourceText

extension FarmSession {
    /// Who was chosen, and the farm as it is known by then.
    struct Choice: Sendable {
        let inventory: Inventory
        let selections: Selections
    }

    /// Finds out whom a selector means: servers show their phones first, and phones are asked what the selector needs.
    ///
    /// - Parameter bind: Joins the selector with a farm; asked again when servers have shown their phones.
    /// - Throws: ``CommandFailure`` with everything that is wrong.
    func choose(
        seed: UInt64, offline: Bool = false, _ diagnostics: inout Diagnostics,
        bind: (Planner, Bool, inout Diagnostics) throws -> ChosenTargets?
    ) async throws -> Choice {
        let hasServers = !inventory.servers.isEmpty
        let early = try bind(planner(forks: nil, seed: seed, inventory: inventory), hasServers, &diagnostics)
        try diagnostics.stopIfWrong()
        guard !offline else { return try offlineChoice(early) }
        guard hasServers else { return try await choice(early, inventory) }
        let known = try await discover()
        var later = Diagnostics()
        let chosen = try bind(planner(forks: nil, seed: seed, inventory: known), false, &later)
        try later.stopIfWrong()
        return try await choice(chosen, known)
    }

    private func offlineChoice(_ chosen: ChosenTargets?) throws -> Choice {
        guard let chosen else { throw CommandFailure("nobody was chosen") }
        let selections = chosen.selections()
        guard selections.toAsk.isEmpty else {
            let properties = chosen.neededProperties.joined(separator: ", ")
            throw CommandFailure(
                "the selector asks for \(properties), which only the phones know; leave out --offline, or use names and labels"
            )
        }
        return Choice(inventory: inventory, selections: selections)
    }

    private func choice(_ chosen: ChosenTargets?, _ inventory: Inventory) async throws -> Choice {
        guard let chosen else { throw CommandFailure("nobody was chosen") }
        let first = chosen.selections()
        guard !first.toAsk.isEmpty else { return Choice(inventory: inventory, selections: first) }
        let answers = await survey.ask(first.toAsk, for: chosen.neededProperties)
        var known: [String: [String: String]] = [:]
        for (phone, answer) in zip(first.toAsk, answers) { known[phone.name] = answer.properties }
        return Choice(inventory: inventory, selections: chosen.selections(known: known))
    }

    /// The farm with the phones and encode services that its adb servers and its clouds show; one that does not answer is
    /// told on standard error.
    func discover() async throws -> Inventory {
        let answers = try await Discovery(tunnels: tunnels).ask(inventory.servers, on: lanes[0])
        for case let (server, failure?) in answers.map({ ($0.server, $0.failure) }) {
            let advice = failure.advice.map { "; \($0)" } ?? ""
            Terminal.error.line("warning: server \(server.name): \(failure)\(advice)")
        }
        let ofRacks = answers.flatMap { answer in
            answer.phones.map { seen in
                DiscoveredPhone(
                    server: answer.server.name, serial: seen.serial, usbPath: seen.usbPath,
                    properties: seen.model.map { [PhoneProperty.model: $0] } ?? [:])
            }
        }
        let ofClouds = try await clouds.discover(inventory.servers)
        for (name, error) in ofClouds.complaints {
            let advice = error.advice.map { "; \($0)" } ?? ""
            Terminal.error.line("warning: \(name): \(error)\(advice)")
        }
        let found = ofRacks + ofClouds.phones
        let clashing = inventory.clashingLabels(of: found)
        if !clashing.isEmpty {
            let noun = clashing.count == 1 ? "a tag is" : "tags are"
            let names = clashing.map { "\"\(terminalSafe($0))\"" }.joined(separator: ", ")
            Terminal.error.line("warning: \(noun) no label here, as something else of the farm is called \(names)")
        }
        do {
            let shown =
                zip(ofRacks, answers.flatMap(\.phones)).filter { $0.1.state != "offline" }.map(\.0) + ofClouds.phones
            var health = inventory.health
            health.missing = inventory.missingPhones(among: shown)
            return try inventory.adding(health: health).adding(discovered: found).adding(encoders: ofClouds.encoders)
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}
