import Glibc
public import Lanes
public import Signing

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
    /// What works through the queues of the servers, by their numbers.
    private var workers: [Int: Task<Void, Never>] = [:]

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
        if servers.isEmpty { await build() }
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
        for worker in workers.values { worker.cancel() }
        workers = [:]
        await server?.stop()
        server = nil
        await farm.stop()
    }

    /// Everything that was asked so far.
    public nonisolated var record: CloudRecord { log.record }

    func keep(_ worker: Task<Void, Never>, ofServer number: Int) { workers[number] = worker }

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

    // MARK: For tests

    /// Adds a fault; the faults are looked at in the order in which they were added.
    public func add(_ fault: CloudFault) { faults.append(fault) }

    /// Gives a phone a fault, or takes it away.
    public func setFault(_ fault: CloudPhoneFault?, ofPhone id: String) { phoneTable[id]?.fault = fault }

    /// Restricts the account, or lets it do everything again.
    public func restrict(_ restriction: AccountRestriction?) { self.restriction = restriction }

    /// Has all tokens that were given so far die.
    public func killTokens() { identities.killTokens() }

    /// Waits until no job waits or runs; endless ones do not count.
    public func finishJobs() async { for worker in workers.values { await worker.value } }

    /// The ids of the servers, in their order.
    public var serverIDs: [String] { servers.map(\.id) }

    /// The names of the servers, in their order.
    public var serverNames: [String] { servers.map(\.name) }

    /// The names of the encode services with those of their servers, in the servers' order.
    public var encoderNames: [(server: String, name: String)] { encoders.map { ($0.server.name, $0.name) } }

    /// The ids of the phones of all servers, in their order.
    public var phoneIDs: [String] { phones.map(\.id) }

    /// The keys with that id, permanent or for a while: the object store lets in whom IAM lets in.
    public func accessKeys(_ id: String) -> AccessKeys? { identities.keys(id, at: lane.now) }

    /// The simulated phone behind an id.
    public func phone(_ id: String) -> SimulatedPhone? { phoneTable[id]?.phone }
}
