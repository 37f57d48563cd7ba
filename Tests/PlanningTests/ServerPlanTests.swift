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
        return try Inventory(
            phones: [Phone(name: "px-1", waysIn: [.tcp(address)])],
            servers: [
                Server(
                    name: "cph-1", adbServer: nil,
                    cloud: CloudServer(account: "main", id: String(repeating: "a", count: 32))),
                Server(name: "cph-2", adbServer: nil, cloud: CloudServer(account: "main")),
                Server(name: "rack-a", adbServer: address),
            ],
            groups: [
                Group(name: "night", selector: "clouds and cph-2"),
                Group(name: "clouds", selector: "cph-*"),
                Group(name: "mine", selector: "px-1"),
            ])
    }

    private func plan(_ text: String, limit: String? = nil) throws -> Plan {
        var diagnostics = Diagnostics()
        return try #require(try plan(text, limit: limit, &diagnostics), "\(diagnostics)")
    }

    private func plan(_ text: String, limit: String? = nil, _ diagnostics: inout Diagnostics) throws -> Plan? {
        let file = SourceFile(name: "servers.yml", text: text)
        let playbook = try #require(PlaybookReader(vocabulary: StepCatalog.standard).read(file, &diagnostics))
        let planner = Planner(inventory: try Self.farm.get(), payloads: ScriptedPayloads(), seed: 1)
        let shared = planner.shared(playbook, inputs: [:])
        let chosen = planner.selectors(of: playbook, shared: shared, limit: limit, &diagnostics)
        guard let chosen else { return nil }
        return planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics)
    }

    @Test(
        "a limit narrows servers as it narrows phones",
        arguments: [
            ("all", "cph-2", ["cph-2"]), ("all", "not cph-2", ["cph-1", "rack-a"]), ("cph-1", "cph-*", ["cph-1"]),
            ("all", "night", ["cph-2"]), ("clouds", "all", ["cph-1", "cph-2"]),
        ])
    func limits(selector: String, limit: String, names: [String]) throws {
        let plan = try plan("servers: \(selector)\nsteps: [{ restart-server: }]\n", limit: limit)
        #expect(plan.targets.map(\.id.name) == names)
    }

    @Test(
        "a limit that speaks of no server is refused, as it would let the play act on all of them",
        arguments: ["px-1", "mine", "cph.status=running", "cph-1/cph-1-00001", "cph-9"])
    func foreignLimits(limit: String) throws {
        var diagnostics = Diagnostics()
        let plan = try plan("servers: all\nsteps: [{ restart-server: }]\n", limit: limit, &diagnostics)
        #expect(plan == nil)
        #expect(
            diagnostics.sorted.contains { $0.message.contains("`\(limit)` narrows no play that acts on servers") },
            "\(diagnostics)")
    }

    @Test(
        "one server needs a person's word, as it stands for all its phones",
        arguments: [
            ("restart-server:", "--yes", "`restart the server` (disrupt) on 1 server needs --yes"),
            ("uninstall: com.x.y", "--allow data-loss", "`uninstall com.x.y` (data-loss) on 1 server needs"),
            ("resize: physical.rx1", "--allow money", "(money) on 1 server needs"),
            ("server-keypair: other", "--allow lock-out", "(lock-out) on 1 server needs"),
            ("server-tags: list", nil, ""), ("rename-server: x", nil, ""),
        ])
    func words(step: String, flag: String?, words: String) throws {
        let plan = try plan("servers: cph-1\nsteps: [{ \(step) }]\n")
        func judge(saysYes: Bool = false, allowed: Set<StepClass> = []) -> BlastRadius {
            BlastRadius.judge(plan, isOneOff: false, isInteractive: false, saysYes: saysYes, allowed: allowed)
        }
        guard let flag else { return #expect(judge() == .free) }
        guard case .needs(flag, let because) = judge() else { Issue.record("\(judge())"); return }
        #expect(because.contains(words), "\(because)")
        #expect(judge(saysYes: true, allowed: [plan.stepClass]) == .free)
    }

    @Test func `servers of which a limit leaves none are told as such`() throws {
        var diagnostics = Diagnostics()
        let plan = try plan("servers: cph-1\nsteps: [{ restart-server: }]\n", limit: "cph-2", &diagnostics)
        #expect(plan == nil)
        #expect(diagnostics.sorted.map(\.message) == ["no server is selected"])
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
