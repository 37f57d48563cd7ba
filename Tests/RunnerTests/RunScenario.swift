import DroverTesting
import Farm
import Foundation
import Journal
import Lanes
import Planning
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Runner

/// A run of a playbook on phones of a test's own making, on a clock that the test moves.
final class RunScenario: Sendable {
    let clock = ManualClock()
    let lanes: [Lane]
    let folder: RunFolder
    let journal: JournalWriter
    let plan: Plan
    let dialer: RecordingDialer
    private let services: RunServices
    private let runs: String

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - steps: The playbook's steps, as lines of YAML without the indentation.
    ///   - phones: Their names; with a slash in front of it the server's: `rack-a/px-1`.
    ///   - dial: Makes the links; gets the phone, its lane, and how often it was dialled before.
    convenience init(
        _ steps: String, phones: [String] = ["px-1"], forks: Int? = nil, limits: Limits = .default,
        catalog: StepCatalog = .standard, journal: JournalWriter? = nil,
        dial: @escaping @Sendable (Phone, Lane, Int) async throws -> any ConnectedPhone
    ) throws {
        let lines = steps.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        try self.init(
            playbook: "name: test\nphones: all\nsteps:\n\(lines)\n", phones: phones, forks: forks, limits: limits,
            catalog: catalog, journal: journal, dial: dial)
    }

    /// Prepares a run of a whole playbook.
    init(
        playbook: String, phones: [String] = ["px-1"], forks: Int? = nil, limits: Limits = .default,
        catalog: StepCatalog = .standard, journal: JournalWriter? = nil,
        askPerson: @escaping @Sendable (String) async -> Bool = { _ in false },
        dial: @escaping @Sendable (Phone, Lane, Int) async throws -> any ConnectedPhone
    ) throws {
        lanes = try Lane.pool(2, clock: clock)
        runs = NSTemporaryDirectory() + "drover-runner-" + UUID().uuidString
        folder = try RunFolder.create(in: runs)
        self.journal = try journal ?? JournalWriter(in: folder)
        plan = try Self.plan(playbook, phones, forks, limits, catalog)
        dialer = RecordingDialer(dial)
        services = RunServices(
            dialer: dialer, payloads: NoPayloads(), memory: ShortMemory(), lanes: lanes, journal: self.journal,
            folder: folder, descriptors: 1024, askPerson: askPerson)
    }

    deinit { try? FileManager.default.removeItem(atPath: runs) }

    /// Prepares a run in which every phone answers the same.
    convenience init(
        _ steps: String, phones: [String] = ["px-1"], forks: Int? = nil, catalog: StepCatalog = .standard,
        answers: RecordingPhone.Answers
    ) throws {
        try self.init(steps, phones: phones, forks: forks, catalog: catalog) { phone, lane, _ in
            RecordingPhone(phone.name, on: lane, answers: answers)
        }
    }

    private static func plan(
        _ text: String, _ names: [String], _ forks: Int?, _ limits: Limits, _ catalog: StepCatalog
    ) throws -> Plan {
        var diagnostics = Diagnostics()
        let playbook = PlaybookReader(vocabulary: catalog).read(SourceFile(name: "test.yml", text: text), &diagnostics)
        try #require(!diagnostics.hasErrors, "\(diagnostics)")
        let inventory = try inventory(names, limits)
        let planner = Planner(inventory: inventory, payloads: NoPayloads(), forks: forks, seed: 7)
        let shared = planner.shared(try #require(playbook), inputs: [:])
        let everyone = try inventory.select("all")
        let plan = planner.plan(
            try #require(playbook), shared: shared, for: Selections(plays: [everyone]), &diagnostics)
        return try #require(plan, "\(diagnostics)")
    }

    private static func inventory(_ names: [String], _ limits: Limits) throws -> Inventory {
        let address = Address(host: "127.0.0.1", port: 5037)
        let servers = Set(names.compactMap { $0.split(separator: "/").count == 2 ? $0.split(separator: "/")[0] : nil })
        let phones = names.map { name in
            let parts = name.split(separator: "/").map(String.init)
            guard parts.count == 2 else { return Phone(name: name, waysIn: [.tcp(address)]) }
            let server = Server(name: parts[0], adbServer: address)
            return Phone(name: parts[1], serial: parts[1], at: server)
        }
        return try Inventory(
            phones: phones, servers: servers.sorted().map { Server(name: String($0), adbServer: address) },
            limits: limits)
    }

    /// Executes to the end while time passes as quickly as it can.
    func execute(stop: StopSignal = StopSignal()) async -> Run.Result {
        let run = Run(plan, services: services)
        let pump = pump()
        defer { pump.cancel() }
        return await run.execute(stop: stop)
    }

    /// Goes on with what ``execute(stop:)`` left.
    func resume(stop: StopSignal = StopSignal()) async throws -> Run.Result {
        let contents = try JournalContents(reading: folder.journalPath)
        var services = services
        services.journal = try JournalWriter(goingOnWith: contents, in: folder)
        let pump = pump()
        defer { pump.cancel() }
        return await Run(plan, services: services).execute(stop: stop, resuming: contents)
    }

    private func pump() -> Task<Void, Never> {
        Task { [clock] in
            while !Task.isCancelled {
                await clock.advance(by: .milliseconds(500))
                await Task.yield()
            }
        }
    }

    /// Executes while the test itself moves the clock.
    func executeByHand(stop: StopSignal = StopSignal()) async -> Run.Result {
        await Run(plan, services: services).execute(stop: stop)
    }

    /// The only phone's record.
    static func phone(_ result: Run.Result) throws -> PhoneRecord {
        try #require(result.record.phones.count == 1)
        return result.record.phones[0]
    }
}

/// Nothing local is delivered in these tests.
struct NoPayloads: PayloadProviding {
    func app(at path: String) throws(PayloadError) -> AppPayload {
        throw PayloadError(path: path, reason: "is missing")
    }
    func files(at path: String) throws(PayloadError) -> FilesPayload {
        throw PayloadError(path: path, reason: "is missing")
    }

    func blockHashes(of bytes: SharedBytes, size: Int) async -> [String] { [] }

    func archive(of entries: [FilesPayload.Entry]) async throws(PayloadError) -> SharedBytes {
        throw PayloadError(path: "", reason: "is not there")
    }

    func app(of definition: PayloadDefinition) throws(PayloadError) -> AppPayload { try app(at: definition.from) }
    func files(of definition: PayloadDefinition) throws(PayloadError) -> FilesPayload { try files(at: definition.from) }
}

extension RecordingPhone.Answers {
    /// The answers of a phone whose commands do what `run` says.
    static func running(_ run: @escaping @Sendable (String) async throws -> CommandResult) -> Self {
        var answers = Self()
        answers.run = { line, _ in try await run(line) }
        return answers
    }
}

extension PhoneError {
    static let reset = PhoneError(.lost, operation: "run a command", reason: "connection reset by peer")
    static let resetUnsent = PhoneError(
        .lost, operation: "run a command", reason: "broken pipe", mayHaveBeenSent: false)
    static let closedPort = PhoneError(
        .unreachable, operation: "connect to 10.0.4.11:5555", reason: "connection refused", advice: "is it on?",
        mayHaveBeenSent: false)
}
