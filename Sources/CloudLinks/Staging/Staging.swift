import CloudPhone
import Crypto
import Farm
import Glibc
import Lanes
import ObjectStorage
import Secrets
import Signing

/// Brings files to the bucket from which phones get them: each content once, under a name made of its hash.
actor Staging {
    /// What all objects of drover begin with.
    static let prefix = "drover/"

    private nonisolated let store: ObjectStoreClient
    private nonisolated let lane: Lane
    private nonisolated let scratch: String
    private nonisolated let ledger: UploadLedger?
    /// How long objects stay, in days.
    private nonisolated let days: Int
    /// Ends what killed runs left, once; nil until the bucket is first used.
    private var sweep: Task<Void, Never>?
    private var objects: [String: Task<String, any Error>] = [:]
    private var links: [String: (link: Secret, made: LaneInstant)] = [:]
    private var sums: [String: Task<String, any Error>] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(_ store: ObjectStoreClient, days: Int, scratch: String, ledger: String?, lane: Lane) {
        self.store = store
        self.days = days
        self.scratch = scratch
        self.ledger = ledger.map { UploadLedger(folder: $0) }
        self.lane = lane
    }

    /// The address of content in the bucket, `obs://…`, brought there when it is not there yet; once for all who ask.
    ///
    /// - Parameters:
    ///   - sha256: The content's, 64 lower-case hex digits.
    ///   - ending: `.apk` or `.tar`, which the service asks for.
    ///   - make: Gives the content, when it has to be sent.
    /// - Throws: `ObjectStorageError`, what `make` throws, `CancellationError`.
    func address(
        of sha256: String, ending: String, _ make: @escaping @Sendable () throws -> StagedContent
    ) async throws -> String {
        "obs://\(bucket)/\(try await key(of: sha256, ending: ending, make))"
    }

    /// The same as the object's key alone, for calls that name the bucket by itself.
    func key(
        of sha256: String, ending: String, _ make: @escaping @Sendable () throws -> StagedContent
    ) async throws -> String {
        let key = "\(Self.prefix)\(sha256)\(ending)"
        sweepOnce()
        let task =
            objects[key]
            ?? Task(executorPreference: lane) { [store, ledger, scratch, days] in
                if try await Self.isThere(key, in: store, days: days) { return key }
                let content = try make()
                let details = ObjectDetails(expiresAfterDays: days, contentHash: sha256)
                switch content {
                case .file(let path, _):
                    _ = try await store.put(.file(path: path), key: key, details: details, ledger: ledger)
                case .memory(let bytes):
                    let file = try ScratchCopy(of: bytes, in: scratch, named: sha256)
                    _ = try await store.put(.file(path: file.path), key: key, details: details, ledger: ledger)
                }
                return key
            }
        objects[key] = task
        do {
            return try await task.value
        } catch {
            objects[key] = nil
            throw error
        }
    }

    /// Gives what is still being ended a little time, as it would otherwise be left to the next run.
    func finish() async {
        guard let sweep else { return }
        let limit = Task(executorPreference: lane) { [lane] in
            try await lane.sleep(for: .seconds(5))
            sweep.cancel()
        }
        await sweep.value
        limit.cancel()
    }

    /// How long a link is good, in seconds, and after which time a new one is made: whoever got it last has as much time.
    private static let linkLife = (whole: 12 * 3600, fresh: Duration.seconds(6 * 3600))

    /// A link to the content for phones that have no right to the bucket; one for all who ask within a time.
    func link(
        to sha256: String, ending: String, _ make: @escaping @Sendable () throws -> StagedContent
    ) async throws -> Secret {
        let key = try await key(of: sha256, ending: ending, make)
        if let known = links[key], lane.now.since(known.made) < Self.linkLife.fresh { return known.link }
        let link = try await store.link(to: key, for: Self.linkLife.whole)
        // Somebody else may have made one meanwhile, and phones that get the same link share a call.
        if let known = links[key], lane.now.since(known.made) < Self.linkLife.fresh { return known.link }
        links[key] = (link, lane.now)
        return link
    }

    /// The MD5 of content, in hex; once for all who ask.
    func md5(of sha256: String, _ bytes: SharedBytes) async throws -> String {
        let task =
            sums[sha256]
            ?? Task.detached {
                try bytes.withUnsafeBytes { Hex.encode(try MD5.hash(of: Array($0))) }
            }
        sums[sha256] = task
        return try await task.value
    }

    /// The bucket.
    nonisolated var bucket: String { store.store.bucket }

    /// The size of an object in bytes; nil when there is none.
    ///
    /// - Throws: `ObjectStorageError`, `CancellationError`.
    func size(of key: String) async throws -> UInt64? {
        try await store.head(key).map { UInt64(clamping: $0.byteCount) }
    }

    /// Gets an object into a file.
    ///
    /// - Throws: `ObjectStorageError`, `CancellationError`.
    func get(_ key: String, to path: String, _ progress: ProgressMeter) async throws {
        _ = try await store.get(key, into: .file(path: path), progress: progress)
    }

    /// Removes an object that is of no use any more; one that stays expires.
    func remove(_ key: String) async { try? await store.delete(key) }

    /// Whether an earlier run has left it there, and it stays for long enough: two days, or as long as anything stays.
    private static func isThere(_ key: String, in store: ObjectStoreClient, days: Int) async throws -> Bool {
        guard let object = try await store.head(key), object.byteCount > 0 else { return false }
        guard let day = object.expiryDay else { return true }
        return day > SigningTime(secondsSince1970: SigningTime.nowSeconds + min(1, days - 1) * 86_400).date
    }

    /// Ends the uploads in parts that killed runs of this machine left a day ago or earlier, while this run goes on.
    ///
    /// The keys that this run puts are none of its business: an upload that is taken up again is locked.
    private func sweepOnce() {
        guard sweep == nil, let ledger else { return }
        sweep = Task(executorPreference: lane) { [store] in
            // Whoever cannot end them is in no worse a place than before; the next run tries again.
            _ = try? await store.abortOrphans(in: ledger, below: Self.prefix, olderThan: .seconds(86_400))
        }
    }
}

/// Content on its way to the bucket.
enum StagedContent: Sendable {
    /// A whole file; what is given beside it lives as long as the file is needed.
    case file(path: String, owner: (any Sendable)?)
    /// Bytes, which are written to a file first.
    case memory(SharedBytes)
}

/// A file in the scratch folder that goes with its owner.
final class ScratchCopy: Sendable {
    let path: String

    /// Writes bytes to a new file.
    ///
    /// - Throws: `SystemError`.
    convenience init(of bytes: SharedBytes, in folder: String, named name: String) throws(SystemError) {
        try self.init(in: folder, named: name)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError("open") }
        defer { close(descriptor) }
        try bytes.withUnsafeBytes { (all) throws(SystemError) in try all.write(to: descriptor) }
    }

    /// Names a file that nobody else writes.
    init(in folder: String, named name: String) throws(SystemError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw SystemError("mkdir") }
        path = "\(folder)/\(getpid())-\(name.prefix(32))-\(UInt32.random(in: 0 ... .max))"
    }

    deinit { unlink(path) }
}
