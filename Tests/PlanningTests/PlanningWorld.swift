import DroverTesting
import Farm
import Planning
import PlaybookLanguage
import SourceText
import Steps

/// A small farm and payloads for planning.
struct PlanningWorld {
    var payloads = ScriptedPayloads()
    var inventory: Inventory
    var vocabulary = StepCatalog.standard

    /// A farm of so many phones, `px-001` and so on; the first ten are `gold` and belong to the group `lab`.
    init(_ count: Int = 3) throws {
        let phones = try (1...count).map { number in
            let digits = String(1000 + number).dropFirst()
            return Phone(
                name: "px-\(digits)", waysIn: [.tcp(try Address(parsing: "10.0.0.1:\(5000 + number)"))],
                labels: number <= 10 ? ["gold"] : [], variables: number == 1 ? ["build": .text("special.apk")] : [:])
        }
        inventory = try Inventory(
            phones: phones,
            groups: [Group(name: "lab", selector: "gold", variables: ["build": .text("lab.apk"), "zone": .text("a")])])
        try payloads.addApp("game.apk")
        try payloads.addApp("special.apk", sum: "c")
        try payloads.addApp("lab.apk", sum: "d")
        payloads.addFolder("assets", ["a.txt": "one", "b/c.txt": "three"])
    }

    var planner: Planner { Planner(inventory: inventory, payloads: payloads, seed: 7) }

    /// Plans a playbook; nil when something is wrong.
    func plan(
        _ text: String, inputs: [String: Value] = [:], limit: String? = nil, _ diagnostics: inout Diagnostics
    ) -> Plan? {
        let file = SourceFile(name: "deploy.yml", text: text)
        let reader = PlaybookReader(vocabulary: vocabulary, externalVariables: ["build", "zone"])
        guard let playbook = reader.read(file, &diagnostics) else { return nil }
        let values = InputBinding(playbook.inputs, workingDirectory: "/work").values(from: [], &diagnostics)
        let shared = planner.shared(playbook, inputs: values.merging(inputs) { $1 })
        guard let chosen = planner.selectors(of: playbook, shared: shared, limit: limit, &diagnostics) else {
            return nil
        }
        return planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics)
    }

    /// Plans one step on the phones of a selector.
    func plan(_ kind: any StepKind, on selector: String = "all", _ diagnostics: inout Diagnostics) -> Plan? {
        guard let chosen = planner.selector(selector, &diagnostics) else { return nil }
        return planner.plan(SingleStep(kind), for: chosen.selections(), &diagnostics)
    }
}
