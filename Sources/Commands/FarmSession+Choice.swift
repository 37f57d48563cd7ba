import Farm
import PhoneLinks
import Planning
import SourceText

extension FarmSession {
    /// Who was chosen, and the farm as it is known by then.
    struct Choice: Sendable {
        let inventory: Inventory
        let selection: Selection
    }

    /// Finds out whom a selector means: servers show their phones first, and phones are asked what the selector needs.
    ///
    /// - Parameter bind: Joins the selector with a farm; asked again when servers have shown their phones.
    /// - Throws: ``CommandFailure`` with everything that is wrong.
    func choose(
        seed: UInt64, _ diagnostics: inout Diagnostics,
        bind: (Planner, Bool, inout Diagnostics) throws -> ChosenPhones?
    ) async throws -> Choice {
        let hasServers = !inventory.servers.isEmpty
        let early = try bind(planner(forks: nil, seed: seed, inventory: inventory), hasServers, &diagnostics)
        try diagnostics.stopIfWrong()
        guard hasServers else { return try await choice(early, inventory) }
        let known = try await discover()
        var later = Diagnostics()
        let chosen = try bind(planner(forks: nil, seed: seed, inventory: known), false, &later)
        try later.stopIfWrong()
        return try await choice(chosen, known)
    }

    private func choice(_ chosen: ChosenPhones?, _ inventory: Inventory) async throws -> Choice {
        guard let chosen else { throw CommandFailure("nobody was chosen") }
        let keys = chosen.neededProperties
        guard !keys.isEmpty else { return Choice(inventory: inventory, selection: chosen.selection()) }
        let answers = await survey.ask(inventory.phones, for: keys)
        var known: [String: [String: String]] = [:]
        for (phone, answer) in zip(inventory.phones, answers) { known[phone.name] = answer.properties }
        return Choice(inventory: inventory, selection: chosen.selection(known: known))
    }

    /// The farm with the phones that its adb servers show; a server that does not answer is told on standard error.
    func discover() async throws -> Inventory {
        let found = await Discovery(lanes: lanes).phones(of: inventory.servers)
        for trouble in found.troubles { Terminal.error.line("warning: \(trouble)") }
        do {
            return try inventory.adding(discovered: found.phones)
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}
