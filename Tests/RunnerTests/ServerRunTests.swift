import DroverTesting
import Farm
import Journal
import Lanes
import Planning
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Runner

/// Plays for servers, with the runner's own part of them alone.
@Suite struct `Runs on servers` {
    private struct ScriptedServers: ServerDialing {
        let script: ScriptedServer.Script

        func connect(to server: Server, on lane: Lane) async throws -> any ConnectedServer {
            ScriptedServer(lane: lane, script: script)
        }
    }

    private func run(
        _ step: String, servers: any ServerDialing, window: Int? = nil
    ) async throws -> RunRecord {
        let folder = try ScratchFolder()
        let runs = try RunFolder.create(in: folder.path)
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "servers.yml", text: "servers: all\nsteps:\n  - \(step)\n")
        let playbook = try #require(PlaybookReader(vocabulary: StepCatalog.standard).read(file, &diagnostics))
        let inventory = try Inventory(
            servers: ["a", "b"].map { Server(name: $0, adbServer: nil, cloud: CloudServer(account: "main")) })
        let planner = Planner(inventory: inventory, payloads: ScriptedPayloads(), forks: window, seed: 1)
        let shared = planner.shared(playbook, inputs: [:])
        let chosen = try #require(planner.selectors(of: playbook, shared: shared, &diagnostics))
        let plan = try #require(planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics))
        let services = RunServices(
            dialer: RecordingDialer { _, _, _ in
                throw PhoneError(.unreachable, operation: "connect", reason: "no phones")
            },
            servers: servers, payloads: ScriptedPayloads(), memory: ShortMemory(), lanes: [try Lane(name: "servers")],
            journal: try JournalWriter(in: runs), folder: runs, descriptors: 1024)
        return await Run(plan, services: services).execute().record
    }

    @Test func `each server has its own verdict and outputs`() async throws {
        var script = ScriptedServer.Script()
        script.outcome.phones = 3
        script.outcome.done = ["p-1", "p-2"]
        script.outcome.stopped = ["p-3"]
        let record = try await run("uninstall: com.x.y", servers: ScriptedServers(script: script), window: 1)
        #expect(record.counts[.changed] == 2)
        let end = record.phones.first?.steps.first?.end
        #expect(end?.outputs.values["stopped"] == .list([.text("p-3")]))
        #expect(end?.outputs.reason == "taken from 2 of 3 phones; not running: p-3")
    }

    @Test func `what the service would not do fails the server, with its code`() async throws {
        var script = ScriptedServer.Script()
        script.error = ServiceError("CPS.0158", operation: "restart the server", reason: "the server is not normal")
        let record = try await run("restart-server:", servers: ScriptedServers(script: script))
        #expect(record.counts[.failed] == 2)
        #expect(record.phones.first?.end?.failure?.code == "CPS.0158")
    }

    @Test func `without a cloud a server is one clear failure`() async throws {
        let record = try await run("restart-server:", servers: NoServers())
        #expect(record.counts[.failed] == 2)
        #expect(record.phones.first?.end?.failure?.reason == "nothing here speaks with a cloud")
    }

    @Test func `a server of a cloud takes no place that phones could have`() throws {
        let cloud = Server(name: "a", adbServer: nil, cloud: CloudServer(account: "main"))
        let planner = Planner(inventory: try Inventory(servers: [cloud]), payloads: ScriptedPayloads(), seed: 1)
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "servers.yml", text: "servers: all\nsteps: [{ restart-server: }]\n")
        let playbook = try #require(PlaybookReader(vocabulary: StepCatalog.standard).read(file, &diagnostics))
        let shared = planner.shared(playbook, inputs: [:])
        let chosen = try #require(planner.selectors(of: playbook, shared: shared, &diagnostics))
        let plan = try #require(planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics))
        #expect(plan.targets.map { SchedulerGroup(of: $0) } == [SchedulerGroup(server: nil, isBatched: true)])
    }
}
