import Glibc
public import Lanes

/// A simulated Huawei Cloud: IAM and the Cloud Phone service on one loopback port, in front of simulated phones.
///
/// What a call installs, ADB sees, since both reach the same phones. Signatures and tokens are enforced, and so are the
/// limits, character rules and states that the service documents. Everything but the phones lives on one lane.
public actor SimulatedCloud {
    /// The lane of everything but the phones.
    public nonisolated let lane: Lane
    /// What it was made from.
    public nonisolated let options: CloudOptions
    /// The phones behind it; those of a server stand in a row.
    public nonisolated let farm: SimulatedFarm
    nonisolated let objects: any StoredObjects
    nonisolated let log: CloudLog

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    var servers: [CloudServer] = []
    var serverTable: [String: CloudServer] = [:]
    var goneServers: [CloudServer] = []
    var phones: [CloudPhone] = []
    var phoneTable: [String: CloudPhone] = [:]
    var encoders: [CloudEncoder] = []
    var jobs: [String: CloudJob] = [:]
    /// Jobs by the call that started them.
    var jobsOfRequests: [String: [CloudJob]] = [:]
    /// Objects that exports have written, as `bucket/key`.
    var exports: Set<String> = []
    var identities: IdentityBook
    var limiter: RateLimiter
    /// APKs that jobs of a call install, read once for all its phones.
    var fetches: [String: Task<FetchedObject?, Never>] = [:]
    var faults: [CloudFault] = []
    var restriction: AccountRestriction?
    private let origin: LaneInstant
    private let startSeconds: Int64
    private var idNumber: UInt64 = 0
    private var server: HTTPServer?
    /// What works through the queues of the servers, and what else jobs wait for, by the ids.
    private var workers: [String: Task<Void, Never>] = [:]
    /// What happens by itself later, by names; nobody waits for it.
    private var timers: [String: Task<Void, Never>] = [:]
    /// The phones of servers that were bought or changed.
    private var moreFarms: [SimulatedFarm] = []
    private let lanes: [Lane]
    var orders: [String: CloudOrder] = [:]
    var images: [CloudImage] = []
    var events: [CloudEvent] = []
    /// Instances of KooPhone, in the order in which they were ordered.
    var instances: [KooInstance] = []
    var instanceTable: [String: KooInstance] = [:]
    /// The jobs of KooPhone's tasks.
    var tasks: [String: [CloudJob]] = [:]
    /// The ids that callers of KooPhone made, of which none may come twice.
    var callerIDs: Set<String> = []
    /// The number of the next server.
    var nextServer = 0

    /// Makes a cloud that does not listen yet.
    ///
    /// - Parameters:
    ///   - lanes: At least one; the first is the cloud's, and the phones are dealt to all.
    ///   - objects: What lies in the object store.
    public init(_ options: CloudOptions, objects: any StoredObjects, lanes: [Lane]) {
        precondition(!lanes.isEmpty, "a cloud needs a lane")
        var phones = options.phones
        phones.phones = options.servers * options.phonesPerServer
        phones.seed = options.seed
        self.options = options
        self.objects = objects
        lane = lanes[0]
        farm = SimulatedFarm(phones, lanes: lanes)
        self.lanes = lanes
        log = CloudLog()
        origin = lanes[0].now
        startSeconds = Int64(time(nil)) + options.clockSkew.wholeNanoseconds / 1_000_000_000
        identities = IdentityBook(options)
        limiter = RateLimiter(options)
    }

    /// Opens the phones' ports and the service's.
    ///
    /// - Parameter address: Where the service listens; port 0 has the system choose one.
    /// - Returns: Where it listens.
    /// - Throws: ``SimulatorError`` when a port cannot be had.
    @discardableResult
    public func start(at address: SocketAddress = .loopback(port: 0)) async throws(SimulatorError) -> SocketAddress {
        if servers.isEmpty, instances.isEmpty { await build() }
        if options.opensADB { try await farm.start() }
        let server = HTTPServer(on: lane, identity: options.identity, handler: CloudGateway(cloud: self))
        self.server = server
        do {
            return try await server.start(at: address)
        } catch {
            await stop()
            let operation = "listen on \(address) for the cloud"
            guard let cause = error as? SystemError else {
                throw SimulatorError(.cannotListen, "\(operation): \(error)")
            }
            throw SimulatorError(.cannotListen, operation, cause: cause)
        }
    }

    /// Closes all ports, and leaves jobs where they are.
    public func stop() async {
        for task in Array(workers.values) + Array(timers.values) { task.cancel() }
        workers = [:]
        timers = [:]
        await server?.stop()
        server = nil
        await farm.stop()
        for farm in moreFarms { await farm.stop() }
    }

    /// Everything that was asked so far.
    public nonisolated var record: CloudRecord { log.record }

    func keep(_ worker: Task<Void, Never>, of id: String) { workers[id] = worker }

    /// What jobs wait for now.
    var currentWorkers: [Task<Void, Never>] { Array(workers.values) }

    /// Does something by itself after a while; a later deed of the same name takes its place.
    func schedule(_ name: String, after pause: Duration, _ deed: @escaping @Sendable () async -> Void) {
        timers[name]?.cancel()
        timers[name] = Task(executorPreference: lane) { [lane] in
            // A cloud that stops does nothing more.
            if pause > .zero { do { try await lane.sleep(for: pause) } catch { return } }
            if !Task.isCancelled { await deed() }
        }
    }

    /// Forgets what was to happen by itself.
    func unschedule(_ name: String) { timers.removeValue(forKey: name)?.cancel() }

    /// New phones, which listen when those of the beginning do.
    func makePhones(_ count: Int, prefix: String) async -> [SimulatedPhone] {
        var phones = options.phones
        phones.phones = count
        phones.seed = SplitMix.hash("\(options.seed)/\(prefix)")
        phones.namePrefix = prefix
        phones.basePort = nil
        let more = SimulatedFarm(phones, lanes: lanes, contents: farm.contents)
        moreFarms.append(more)
        // Without ports they are reached by calls all the same.
        if options.opensADB { try? await more.start() }
        return more.phones
    }

    /// Seconds since 1970, by the lane's clock.
    var seconds: Int64 { startSeconds + lane.now.since(origin).wholeNanoseconds / 1_000_000_000 }

    /// 32 hex characters that no other id has.
    func makeID() -> String {
        idNumber += 1
        return Self.id(options.seed, "id", idNumber)
    }

    static func id(_ seed: UInt64, _ kind: String, _ number: UInt64) -> String {
        var source = SplitMix(seed: SplitMix.hash("\(kind)/\(seed)/\(number)"))
        return SplitMix.hex(source.next()) + SplitMix.hex(source.next())
    }
}
