import CloudLinks
import CloudPhone
import CloudSteps
import DroverTesting
import Farm
import Journal
import Lanes
import Payloads
import PhoneLinks
import Planning
import PlaybookLanguage
import Runner
import Secrets
import Signing
import Simulator
import SourceText
import Steps
import Synchronization

/// A run of the real thing over a simulated cloud on loopback: its service, its bucket and the phones behind them.
final class CloudFarm: Sendable {
    static let bucket = "farm-payload"
    static let keys = AccessKeys(id: "AKEXAMPLE00000000001", secret: Secret(name: "sk", "SKexample000000000000000000"))

    let lanes: [Lane]
    let cloud: SimulatedCloud
    let store: SimulatedObjectStore
    let folder: ScratchFolder
    private let serverCount: Int
    private let rates: Farm.CloudAccount.Rates

    /// - Parameter change: What the cloud is to be beside its size.
    init(
        servers: Int, phonesPerServer: Int, rates: Farm.CloudAccount.Rates = .roomy,
        _ change: (inout CloudOptions) -> Void = { _ in }
    ) throws {
        lanes = try Lane.pool(2)
        folder = try ScratchFolder()
        serverCount = servers
        self.rates = rates
        try folder.folder("objects")
        var options = CloudOptions()
        options.servers = servers
        options.phonesPerServer = phonesPerServer
        options.keys = [Self.keys]
        options.writesPerMinute = rates.writes
        options.syncCommandsPerMinute = rates.syncCommands
        change(&options)
        let secret = Self.keys.secret.reveal { $0 }
        store = SimulatedObjectStore(
            ObjectStoreOptions(
                region: options.region, buckets: [Self.bucket: options.region],
                keys: [StoreKeys(id: Self.keys.id, secret: secret, token: nil, end: nil)]),
            folder: "\(folder.path)/objects", on: lanes[1])
        cloud = SimulatedCloud(options, objects: store, lanes: lanes)
    }

    /// What a run needs of the accounts, and the farm as they show it.
    struct Opened: Sendable {
        let accounts: CloudAccounts
        let inventory: Inventory
        let discovered: CloudAccounts.Discovered
    }

    /// Starts the cloud.
    func start() async throws -> (service: SocketAddress, storage: SocketAddress) {
        (try await cloud.start(), try await store.start())
    }

    func stop() async {
        await cloud.stop()
        await store.stop()
    }

    /// Calls are counted, and phones of a busy machine may ask far apart.
    static let quiet = Duration.milliseconds(700)

    /// Opens the account and asks it for the phones of its servers.
    ///
    /// - Parameters:
    ///   - adb: How ADB reaches the phones; nil for their service alone.
    ///   - phones: The phones of the farm file.
    ///   - limits: Those of the farm file.
    ///   - tell: Told what is said to people.
    func open(
        _ place: (service: SocketAddress, storage: SocketAddress), adb: CloudServer.ADBAccess? = nil,
        phones: [Phone] = [], limits: Limits = .default, tell: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Opened {
        let account = Farm.CloudAccount(
            name: "main", region: "cn-north-4", project: .literal(cloud.options.projectID),
            login: .keys(id: .literal(Self.keys.id), secret: .secret("sk"), token: nil),
            endpoints: .init(
                service: "http://\(place.service)", identity: "http://\(place.service)",
                storage: "http://\(place.storage)"),
            bucket: Self.bucket, rates: rates)
        let options = CloudLinkOptions(
            lane: lanes[0], jobs: JobWatchOptions(scale: 0.05), scratch: "\(folder.path)/staging",
            ledger: "\(folder.path)/uploads", addresses: "\(folder.path)/addresses",
            quiet: Self.quiet, tell: tell)
        let accounts = CloudAccounts([account], options: options) { text in
            if case .literal(let text) = text { Secret(name: "text", text) } else { Self.keys.secret }
        }
        let ids = await cloud.serverIDs
        let servers = (0..<serverCount).map { number in
            Server(
                name: "farm-\(number + 1)", adbServer: nil,
                cloud: CloudServer(account: "main", id: ids[number], adb: adb))
        }
        let discovered = try await accounts.discover(servers)
        let farm = try Inventory(phones: phones, servers: servers, accounts: [account], limits: limits)
        let health = PhoneHealth(missing: farm.missingPhones(among: discovered.phones))
        let inventory = try farm.adding(health: health).adding(discovered: discovered.phones)
            .adding(encoders: discovered.encoders)
        return Opened(accounts: accounts, inventory: inventory, discovered: discovered)
    }

    /// Runs a playbook to its end.
    ///
    /// - Parameter earlier: The folder of the run that is gone on with.
    func run(
        _ text: String, _ opened: Opened, inputs: [String: String] = [:], resuming earlier: RunFolder? = nil
    ) async throws -> (record: RunRecord, folder: RunFolder) {
        let plan = try plan(text, opened.inventory, inputs)
        let runFolder = try earlier ?? RunFolder.create(in: folder.path)
        var contents: JournalContents?
        if let earlier { contents = try JournalContents(reading: earlier.journalPath) }
        let journal =
            if let contents { try JournalWriter(goingOnWith: contents, in: runFolder) } else {
                try JournalWriter(in: runFolder)
            }
        let services = RunServices(
            dialer: PhoneDialer(clouds: opened.accounts), servers: opened.accounts, payloads: PayloadStore(),
            memory: ShortMemory(), lanes: lanes, journal: journal, folder: runFolder,
            descriptors: DescriptorLimit.raise())
        let result = await Run(plan, services: services).execute(resuming: contents)
        return (result.record, runFolder)
    }

    func plan(_ text: String, _ inventory: Inventory, _ inputs: [String: String] = [:]) throws -> Plan {
        var diagnostics = Diagnostics()
        let reader = PlaybookReader(vocabulary: StepCatalog.whole)
        guard let playbook = reader.read(SourceFile(name: "cloud.yml", text: text), &diagnostics) else {
            throw Mistakes(diagnostics)
        }
        let planner = Planner(inventory: inventory, payloads: PayloadStore(), seed: 1)
        let binding = InputBinding(playbook.inputs, workingDirectory: folder.path)
        let values = binding.values(from: inputs.map { "\($0)=\($1)" }, &diagnostics)
        let shared = planner.shared(playbook, inputs: values)
        guard let chosen = planner.selectors(of: playbook, shared: shared, &diagnostics),
            let plan = planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics)
        else { throw Mistakes(diagnostics) }
        return plan
    }

    struct Mistakes: Error, CustomStringConvertible {
        let description: String
        init(_ diagnostics: Diagnostics) { description = DiagnosticPrinter().text(of: diagnostics) }
    }
}

extension Farm.CloudAccount.Rates {
    /// Rates that no test waits for.
    static var roomy: Self {
        var rates = Self()
        (rates.syncCommands, rates.writes, rates.reads) = (600, 6000, 600)
        return rates
    }
}

/// What people are told, kept for a test.
final class Told: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    func add(_ line: String) { kept.withLock { $0.append(line) } }
}
