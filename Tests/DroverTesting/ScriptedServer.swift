public import Farm
public import Lanes
import Synchronization

/// A server of a cloud whose answers a test has written; what is asked of it is noted in few words.
///
/// Requests are noted as `uninstall PACKAGE auto`, `share PACKAGE from SEED`, `share 2: /a, /b`, `unshare /a`, `list /a`,
/// `restart`, `rename NAME`, `keypair NAME`, `bandwidth ID SIZE` and `restart encoders`; what belongs to a server without being
/// it stands in an extension.
public final class ScriptedServer: ConnectedServer {
    /// What it answers.
    public struct Script: Sendable {
        /// What becomes of a thing that is asked for on all phones.
        public var outcome = FleetOutcome()
        /// What lies in shared folders.
        public var files: [SharedFile] = []
        /// How many encode services it has.
        public var encoders = 0
        /// What it is sold as; nil for one that is gone.
        public var profile: ServerProfile?
        /// Its tags.
        public var tags: [String: String] = [:]
        /// What was announced for it.
        public var events: [ServerEvent] = []
        /// The images of its account.
        public var images: [AccountImage] = []
        /// Whether there is anything to do about an image.
        public var changesImages = true
        /// What is thrown in place of any answer.
        public var error: ServiceError?

        /// One that does everything, without phones.
        public init() {}
    }

    /// A server called `farm-a`.
    public let id = TargetID(kind: .server, name: "farm-a")

    /// Where it lives.
    public let lane: Lane

    /// It tells nothing of itself.
    public let facts: [String: String] = [:]
    let script: Script
    private let noted = Mutex<[String]>([])

    /// A server on a lane.
    public init(lane: Lane, script: Script) {
        self.lane = lane
        self.script = script
    }

    /// Everything that was asked of it.
    public var requests: [String] { noted.withLock { $0 } }

    func note(_ request: String) throws {
        noted.withLock { $0.append(request) }
        if let error = script.error { throw error }
    }

    /// The same server, as it writes nothing down.
    public func during(_ attempt: BatchedAttempt) -> any ConnectedServer { self }

    /// Notes it, and gives the script's outcome.
    public func uninstall(_ package: PackageName, sharing: AppSharing) async throws -> FleetOutcome {
        try note("uninstall \(package) \(sharing.rawValue)")
        return script.outcome
    }

    /// Notes it, and gives the script's outcome.
    public func share(_ order: SharedAppOrder) async throws -> FleetOutcome {
        var words = ["share \(order.package) from \(order.seed)"]
        if let app = order.app { words.append("with \(app.source)") }
        if order.isPreinstalled { words.append("preinstalled") }
        try note(words.joined(separator: " "))
        return script.outcome
    }

    /// Notes the places of the files.
    public func share(_ delivery: BatchedDelivery) async throws {
        try note("share \(delivery.files.count): \(delivery.files.map(\.path.path).joined(separator: ", "))")
    }

    /// Notes the paths.
    public func unshare(_ paths: [RemotePath]) async throws {
        try note("unshare \(paths.map(\.path).joined(separator: ", "))")
    }

    /// Notes the folder, and gives the script's files.
    public func sharedFiles(in folder: RemotePath) async throws -> [SharedFile] {
        try note("list \(folder)")
        return script.files
    }

    /// Notes it.
    public func restart() async throws { try note("restart") }

    /// Notes the name.
    public func rename(to name: String) async throws { try note("rename \(name)") }

    /// Notes the name.
    public func use(keypair: String) async throws { try note("keypair \(keypair)") }

    /// Notes the id and the size.
    public func resize(bandwidth id: String, to size: Int) async throws { try note("bandwidth \(id) \(size)") }

    /// Notes it, and gives the script's number.
    public func restartEncoders() async throws -> Int {
        try note("restart encoders")
        return script.encoders
    }

    /// Nothing is open.
    public func close() async {}
}
