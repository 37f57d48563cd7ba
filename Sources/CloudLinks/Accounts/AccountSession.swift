public import CloudPhone
public import Curl
import Farm
import KooPhone
public import Lanes
import ObjectStorage
import Signing

/// One account during a run: its client, what watches its jobs, what batches its calls, and its bucket.
final class AccountSession: Sendable {
    let name: String
    /// What the account rents.
    let kind: Farm.CloudAccount.Kind
    /// The farm's accounts, this one among them.
    let kin: AccountKin
    let client: CloudClient
    let jobs: JobWatch
    /// How often what has no job is looked at.
    let pace: JobWatchOptions
    let calls: Coalescer
    let questions: QuickQuestions
    let connections: ConnectionQuestions
    let states: PhoneStates
    /// What phones do that are rented by themselves.
    let instances: InstanceBook
    /// Where ADB reaches phones.
    let addresses: PhoneAddresses
    let serverNames: ServerNames
    let exports: SharedExports
    let images: AccountImages
    let scripts = Scripts()
    let packing: DeliveryPacking
    /// Where files wait for phones; nil where the farm file names no bucket.
    let staging: Staging?
    /// A folder for files on their way.
    let scratch: String
    /// Whether files for all phones of a server may go through the storage that they share.
    let usesSharedStorage: Bool
    /// What was brought to that storage.
    let shelves: SharedShelves
    private let region: String
    private let storage: HTTPURL
    private let http: HTTPClient

    init(
        _ account: Farm.CloudAccount, as login: CloudPhone.CloudAccount, kin: AccountKin, options: CloudLinkOptions
    ) throws {
        name = account.name
        kind = account.kind
        self.kin = kin
        var trusting = options.http
        if let file = account.certificateFile { trusting.certificateFile = Self.path(file) }
        client = try CloudClient(login, on: options.lane, http: trusting, options: options.client)
        pace = options.jobs
        let isKooPhone = account.kind == .koophone
        jobs = JobWatch(client, options: options.jobs, question: isKooPhone ? .tasks : .jobs)
        calls = Coalescer(CallDelivery(client: client, jobs: jobs), quiet: options.quiet)
        questions = isKooPhone ? .ofInstances(client) : QuickQuestions(client)
        instances = InstanceBook(client, scale: options.jobs.scale)
        connections = ConnectionQuestions(client)
        states = PhoneStates(client)
        let place = "\(login.endpoints.cph) \(login.projectID ?? login.region)"
        addresses = PhoneAddresses(
            client, file: options.addresses.map { AddressFile(folder: $0, account: account.name, place: place) },
            tell: options.tell)
        serverNames = ServerNames(client)
        exports = SharedExports(on: options.lane)
        images = AccountImages(client)
        usesSharedStorage = account.usesSharedStorage && account.bucket != nil
        shelves = SharedShelves(calls, on: options.lane, tell: options.tell)
        scratch = options.scratch
        packing = DeliveryPacking(scratch: options.scratch)
        region = login.region
        storage = try HTTPURL(login.endpoints.obs)
        http = try HTTPClient(on: options.lane, options: trusting)
        staging = try account.bucket.map { [client, region, storage, http] bucket in
            Staging(
                try Self.bucket(bucket, region: region, at: storage, over: http, as: client),
                days: account.stagedDays, scratch: options.scratch, ledger: options.ledger, lane: options.lane)
        }
    }

    /// The bucket, without which nothing can be delivered.
    ///
    /// - Throws: ``ServiceError`` with the code `no-bucket`.
    func staging(for operation: String) throws(ServiceError) -> Staging {
        if let staging { return staging }
        throw ServiceError(
            "no-bucket", operation: operation,
            reason: "files go to and come from a cloud through a bucket, and the account has none",
            advice: "add `bucket: NAME` to the account `\(name)` of the farm file")
    }

    /// A path, with one's own folder in the place of `~`.
    private static func path(_ text: String) -> String {
        guard text.hasPrefix("~/"), let home = HTTPClientOptions.processVariable("HOME") else { return text }
        return home + text.dropFirst()
    }

    /// A bucket that the account may use, its own or another one of its region.
    ///
    /// - Throws: `ObjectStorageError` when its name is none.
    func bucket(_ name: String) throws -> ObjectStoreClient {
        try Self.bucket(name, region: region, at: storage, over: http, as: client)
    }

    private static func bucket(
        _ name: String, region: String, at storage: HTTPURL, over http: HTTPClient, as client: CloudClient
    ) throws -> ObjectStoreClient {
        let store = try ObjectStore(bucket: name, region: region, endpoint: storage) { _ in
            try await client.storageKeys()
        }
        return ObjectStoreClient(store, over: http)
    }
}

/// The accounts of a farm as each of them sees the others, for calls that name one.
struct AccountKin: Sendable {
    let accounts: [Farm.CloudAccount]
    /// Opens one by its name.
    let session: @Sendable (String) throws(ServiceError) -> AccountSession
}

/// What holds for all accounts of a run.
public struct CloudLinkOptions: Sendable {
    /// Where everything happens.
    public var lane: Lane
    /// How servers are reached.
    public var http: HTTPClientOptions
    /// How patient calls are, and where tokens are kept.
    public var client: CloudClientOptions
    /// How often jobs are looked at.
    public var jobs: JobWatchOptions
    /// A folder for archives on their way to a bucket.
    public var scratch: String
    /// A folder that remembers uploads in parts; nil for none.
    public var ledger: String?
    /// A folder that remembers where ADB reaches phones; nil for none.
    public var addresses: String?
    /// How long equal calls are gathered after the last one came; 200 ms unless set.
    public var quiet: Duration
    /// Told lines for people that are no failure: that ADB does not reach a phone, and its service is used.
    public var tell: @Sendable (String) -> Void

    /// Sets options.
    public init(
        lane: Lane, http: HTTPClientOptions = .fromEnvironment(), client: CloudClientOptions = CloudClientOptions(),
        jobs: JobWatchOptions = JobWatchOptions(), scratch: String, ledger: String? = nil, addresses: String? = nil,
        quiet: Duration? = nil, tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.lane = lane
        self.http = http
        self.client = client
        self.jobs = jobs
        self.scratch = scratch
        self.ledger = ledger
        self.addresses = addresses
        self.quiet = quiet ?? Coalescer.quiet
        self.tell = tell
    }
}
