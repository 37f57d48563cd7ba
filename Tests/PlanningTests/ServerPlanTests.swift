import DroverTesting
import Farm
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Planning

@Suite struct `Plans for servers` {
    /// A cloud's server with an id, one that the cloud knows by its name, and a rack of one's own.
    private static let farm = Result {
        let address = Address(host: "10.0.4.2", port: 5037)
        return try Inventory(servers: [
            Server(
                name: "cph-1", adbServer: nil,
                cloud: CloudServer(account: "main", id: String(repeating: "a", count: 32))),
            Server(name: "cph-2", adbServer: nil, cloud: CloudServer(account: "main")),
            Server(name: "rack-a", adbServer: address),
        ])
    }

    private func plan(_ text: String) throws -> Plan {
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "servers.yml", text: text)
        let playbook = try #require(PlaybookReader(vocabulary: StepCatalog.standard).read(file, &diagnostics))
        let planner = Planner(inventory: try Self.farm.get(), payloads: ScriptedPayloads(), seed: 1)
        let shared = planner.shared(playbook, inputs: [:])
        let chosen = try #require(planner.selectors(of: playbook, shared: shared, &diagnostics), "\(diagnostics)")
        return try #require(
            planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics), "\(diagnostics)")
    }

    @Test func `a server of a cloud is chosen like any other, and answered for by its service`() throws {
        let plan = try plan("servers: all\nsteps: [{ restart-server: }]\n")
        #expect(plan.targets.map(\.id.name) == ["cph-1", "cph-2", "rack-a"])
        #expect(plan.targets.map(\.isBatched) == [true, true, false])
        #expect(plan.noun == "servers")
    }

    @Test func `the account and the id of a server are kept for who resumes the run`() throws {
        let plan = try plan("servers: all\nsteps: [{ uninstall: com.x.y }]\n")
        let frozen = try #require(FrozenTargets(FrozenTargets(of: plan).json))
        #expect(frozen.targets.map(\.server) == plan.targets.map(\.server))
        #expect(frozen.targets.map(\.isBatched) == [true, true, false])
    }
}
