import ADB
import Crypto
import Custody
import DroverTesting
import Farm
import Foundation
import Journal
import Lanes
import Payloads
import PhoneLinks
import Planning
import PlaybookLanguage
import Runner
import SourceText
import Steps
import Testing

/// Playbooks over a real adbd, with everything between the text and the wire as `drover run` has it.
struct RealRun {
    private let folder: ScratchFolder
    private let lanes: [Lane]

    init() throws {
        // As the program has it: a broken connection is an error of its socket.
        signal(SIGPIPE, SIG_IGN)
        folder = try ScratchFolder()
        lanes = try Lane.pool(1)
    }

    /// What is wrong with the texts of a test.
    struct Mistakes: Error {
        let diagnostics: Diagnostics
    }

    /// Takes one phone through the steps of a playbook that has no inputs.
    func run(
        _ playbook: String, at port: UInt16, lease: PhoneLease? = nil,
        didWrite: @escaping @Sendable ([JournalEvent]) -> Void = { _ in }
    ) async throws -> PhoneRecord {
        let plan = try plan(playbook, port: port)
        let runFolder = try RunFolder.create(in: folder.path)
        let services = RunServices(
            dialer: PhoneDialer(keys: KeyRing([])), payloads: PayloadStore(),
            memory: FilePhoneMemory(folder: folder.path),
            lanes: lanes, journal: try JournalWriter(in: runFolder, observer: didWrite), folder: runFolder,
            descriptors: 256,
            phoneLease: lease)
        let result = await Run(plan, services: services).execute()
        return try #require(result.record.phones.first)
    }

    private func plan(_ text: String, port: UInt16) throws -> Plan {
        var diagnostics = Diagnostics()
        let inventory = try Inventory(
            phones: [Phone(name: "real", waysIn: [.tcp(Address(host: "127.0.0.1", port: port))])])
        let reader = PlaybookReader(vocabulary: StepCatalog.standard)
        let playbook = reader.read(SourceFile(name: "real.yml", text: "phones: all\n" + text), &diagnostics)
        guard let playbook else { throw Mistakes(diagnostics: diagnostics) }
        let planner = Planner(inventory: inventory, payloads: PayloadStore(), forks: 1, seed: 1)
        let shared = planner.shared(playbook, inputs: [:])
        guard let chosen = planner.selectors(of: playbook, shared: shared, &diagnostics),
            let plan = planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics)
        else { throw Mistakes(diagnostics: diagnostics) }
        return plan
    }
}
