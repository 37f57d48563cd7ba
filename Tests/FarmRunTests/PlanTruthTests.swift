import ADB
import Crypto
import DroverTesting
import Farm
import Journal
import Lanes
import Payloads
import PhoneLinks
import Planning
import PlaybookLanguage
import Runner
import Simulator
import SourceText
import Steps
import Testing

/// A plan changes nothing, and a run right after it does what it said, on every phone and for every step.
@Suite(.timeLimit(.minutes(3))) struct PlanTruthTests {
    private let folder: ScratchFolder
    private let lanes: [Lane]
    private let farm: SimulatedFarm
    private let dialer: PhoneDialer
    private let memory = ShortMemory()

    init() throws {
        folder = try ScratchFolder()
        lanes = try Lane.pool(2)
        farm = SimulatedFarm(SimulationOptions(phones: 12), lanes: lanes)
        dialer = PhoneDialer(keys: KeyRing([HostKey(key: try RSAPrivateKey.generate(), path: "/keys/adbkey")]))
    }

    /// Some phones have an older build, some this one, some none, and some have one of the files.
    private static func preparation(_ one: String, _ two: String, _ files: String) -> String {
        """
        phones: all
        steps:
          - install: \(one)
            when: phone.name <= 'sim-004'
          - install: \(two)
            when: phone.name >= 'sim-005' and phone.name <= 'sim-007'
          - push: { from: \(files)/a.txt, to: /sdcard/game/ }
            when: phone.name >= 'sim-006'
          - setting: { namespace: global, name: stay_on_while_plugged_in, value: 7 }
            when: phone.name == 'sim-009'
        """
    }

    private static func playbook(_ app: String, _ files: String) -> String {
        """
        phones: all
        steps:
          - uninstall: com.studio.game
            when: phone.name == 'sim-001'
          - install: \(app)
            when: phone.name != 'sim-001'
          - push: { from: \(files), to: /sdcard/game/ }
          - setting: { namespace: global, name: stay_on_while_plugged_in, value: 7 }
          - block:
              - shell: touch /data/local/tmp/${{ item }}
                unless: test -e /data/local/tmp/${{ item }}
            loop: [one, two]
            when: phone.name in ['sim-002', 'sim-003']
        """
    }

    @Test func `what a plan foresees is what its run does, and until then nothing is done`() async throws {
        try folder.folder("files")
        _ = try folder.write("a", to: "files/a.txt")
        _ = try folder.write("b", to: "files/b.txt")
        let (one, two) = (
            RepositoryFile.path("fixtures/apps/game-1.apk"), RepositoryFile.path("fixtures/apps/game-2.apk")
        )
        let files = "\(folder.path)/files"
        try await farm.start()
        _ = try await run(try plan(Self.preparation(one, two, files)))
        let before = deeds()

        let plan = try plan(Self.playbook(two, files))
        var foreseen: [TargetID: [PhonePreview.Answer]] = [:]
        farm.writeLock.isOn = true
        for target in plan.targets { foreseen[target.id] = try await preview(target, plan).answers }
        farm.writeLock.isOn = false
        for phone in farm.phones { #expect(phone.record.deeds.refusals == [], "a plan tried to change \(phone.name)") }
        #expect(deeds() == before, "a phone was written to while it was only asked")

        let record = try await run(plan)
        await farm.stop()
        #expect(record.counts.failures == 0, "\(record.counts)")
        var compared = 0
        for phone in record.phones {
            // Rounds of a loop are compared in their order.
            var ends = Dictionary(grouping: phone.steps) { $0.path.withoutItems }.mapValues { $0.map(\.verdict) }
            for answer in foreseen[phone.target] ?? [] {
                guard var verdicts = ends[answer.path], !verdicts.isEmpty else {
                    Issue.record("\(phone.target) did not come to \(answer.path)")
                    continue
                }
                let verdict = verdicts.removeFirst()
                ends[answer.path] = verdicts
                switch answer.foreseen {
                case .work, .unknown: #expect(verdict == .changed, "\(phone.target) \(answer)")
                case .nothing: #expect(verdict == .ok, "\(phone.target) \(answer)")
                case .skipped: #expect(verdict == .skipped, "\(phone.target) \(answer)")
                case .depends, .failed, .lost: Issue.record("\(phone.target) \(answer)")
                }
                compared += 1
            }
            let left = ends.values.joined().count
            #expect(left == 0, "\(phone.target) did more than was foreseen: \(ends)")
        }
        #expect(compared >= 12 * 5)
    }

    /// Everything that phones were made to change, by what the phones themselves wrote down.
    private func deeds() -> [PhoneDeeds] {
        farm.phones.map { phone in
            var deeds = phone.record.deeds
            // Asking is no deed.
            deeds.connections = 0
            deeds.handshakes = 0
            deeds.signatures = 0
            deeds.offeredKeys = []
            deeds.streams = 0
            deeds.services = []
            deeds.shellLines = []
            deeds.commands = 0
            deeds.bytesReceived = 0
            deeds.bytesSent = 0
            return deeds
        }
    }

    private func plan(_ text: String) throws -> Plan {
        var diagnostics = Diagnostics()
        let inventory = try #require(
            FarmFile.read(SourceFile(name: "farm.yml", text: farm.farmFileText), &diagnostics))
        let reader = PlaybookReader(vocabulary: StepCatalog.standard)
        let playbook = try #require(
            reader.read(SourceFile(name: "truth.yml", text: text + "\n"), &diagnostics), "\(diagnostics)")
        let planner = Planner(inventory: inventory, payloads: PayloadStore(), seed: 1)
        let shared = planner.shared(playbook, inputs: [:])
        let chosen = try #require(planner.selectors(of: playbook, shared: shared, &diagnostics))
        return try #require(
            planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics), "\(diagnostics)")
    }

    private func preview(_ target: PlannedTarget, _ plan: Plan) async throws -> PhonePreview {
        let phone = try #require(target.phone)
        let lane = lanes[0]
        let (dialer, memory) = (dialer, memory)
        return try await Task(executorPreference: lane) {
            let link = try await dialer.connect(to: phone, on: lane)
            let context = StepContext(
                scope: plan.scope(for: target), payloads: PayloadStore(), progress: ProgressMeter(clock: lane.clock),
                memory: memory, tag: "plan", pullFolder: ContainedPath(root: "/nonexistent"), previousStart: lane.now,
                reconnect: { try await dialer.connect(to: phone, on: lane) })
            let preview = try await PhonePreview.ask(link, of: target, about: plan.plays, context: context)
            await link.close()
            return preview
        }.value
    }

    private func run(_ plan: Plan) async throws -> RunRecord {
        let runFolder = try RunFolder.create(in: folder.path)
        let services = RunServices(
            dialer: dialer, payloads: PayloadStore(), memory: memory, lanes: lanes,
            journal: try JournalWriter(in: runFolder), folder: runFolder, descriptors: DescriptorLimit.raise())
        return await Run(plan, services: services).execute().record
    }
}
