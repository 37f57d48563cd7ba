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
import Synchronization

/// A run of the real thing (planner, runner, links over loopback, payloads, journal) over simulated phones, all of them
/// on lanes whose clock the test moves.
struct RoughFarm {
    let clock = ManualClock()
    let lanes: [Lane]
    let farm: SimulatedFarm
    let folder: ScratchFolder
    private let watch = EndWatch()

    init(_ options: SimulationOptions) throws {
        lanes = try Lane.pool(2, clock: clock)
        farm = SimulatedFarm(options, lanes: lanes)
        folder = try ScratchFolder()
    }

    /// Runs a playbook.
    ///
    /// - Parameters:
    ///   - more: Lines for the farm file, of phones that are not simulated.
    ///   - timed: The phones that need time to pass; it begins to pass when all others have their verdict, and a
    ///     reading of the clock at that moment is handed out beside the record.
    ///   - quick: Those of them to which bytes still move, so that for these it passes slowly.
    func run(
        _ text: String, more: String = "", timed: Set<String>, quick: Set<String>
    ) async throws -> (record: RunRecord, whenTimeBegan: LaneInstant) {
        try await farm.start()
        let plan = try plan(text, farmFile: farm.farmFileText + more)
        let runFolder = try RunFolder.create(in: folder.path)
        let journal = try JournalWriter(in: runFolder, observer: watch.take)
        let key = HostKey(key: try RSAPrivateKey.generate(), path: "/keys/adbkey")
        let services = RunServices(
            dialer: PhoneDialer(keys: KeyRing([key])), payloads: PayloadStore(clock: clock), memory: ShortMemory(),
            lanes: lanes, journal: journal, folder: runFolder, descriptors: DescriptorLimit.raise())
        let run = Run(plan, services: services)
        let all = Set(plan.targets.map(\.id.name))
        async let result = run.execute()
        await watch.waits(for: all.subtracting(timed))
        let began = clock.now
        // Slowly, and with a look at every socket and at the journal in between: what bytes can do in this time is done.
        while !watch.hasSeen(quick) { await pass(.milliseconds(10), journal) }
        while !watch.hasSeen(all) { await pass(.seconds(1), journal) }
        let record = await result.record
        await farm.stop()
        return (record, began)
    }

    private func pass(_ duration: Duration, _ journal: JournalWriter) async {
        await clock.advance(by: duration)
        await clock.advance(by: .zero)
        _ = await journal.record()
    }

    private func plan(_ text: String, farmFile: String) throws -> Plan {
        var diagnostics = Diagnostics()
        let inventory = FarmFile.read(SourceFile(name: "farm.yml", text: farmFile), &diagnostics)
        let reader = PlaybookReader(vocabulary: StepCatalog.standard)
        let playbook = reader.read(SourceFile(name: "rough.yml", text: text), &diagnostics)
        guard let inventory, let playbook else { throw Mistakes(diagnostics) }
        let planner = Planner(inventory: inventory, payloads: PayloadStore(clock: clock), forks: 256, seed: 1)
        let shared = planner.shared(playbook, inputs: [:])
        guard let chosen = planner.selectors(of: playbook, shared: shared, &diagnostics),
            let plan = planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics)
        else { throw Mistakes(diagnostics) }
        return plan
    }

    private struct Mistakes: Error, CustomStringConvertible {
        let description: String
        init(_ diagnostics: Diagnostics) { description = "\(diagnostics)" }
    }
}

/// Knows which phones have their verdict, and wakes whoever waits for some of them.
private final class EndWatch: Sendable {
    private struct State {
        var seen: Set<String> = []
        var wanted: Set<String>?
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    func take(_ events: [JournalEvent]) {
        let ready = state.withLock { state -> CheckedContinuation<Void, Never>? in
            for event in events {
                if case .phoneEnded(let target, _) = event.body { state.seen.insert(target.name) }
            }
            guard let wanted = state.wanted, state.seen.isSuperset(of: wanted) else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        ready?.resume()
    }

    func waits(for names: Set<String>) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.seen.isSuperset(of: names) { return true }
                state.wanted = names
                state.waiter = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func hasSeen(_ names: Set<String>) -> Bool { state.withLock { $0.seen.isSuperset(of: names) } }
}
