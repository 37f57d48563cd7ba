public import Crypto
public import Lanes
public import Secrets
public import Signing

/// What a simulated cloud is to be: one account with one project in one region, its servers and their phones.
public struct CloudOptions: Sendable {
    /// Somebody who logs in by name and password, and gets tokens.
    public struct User: Sendable, Hashable {
        /// The account, which IAM calls a domain.
        public var account: String
        /// The IAM user.
        public var name: String
        /// The password.
        public var password: Secret
        /// Whether the user may use the API; one that may not is answered with 403.
        public var hasAccess: Bool

        /// Describes a user.
        public init(account: String, name: String, password: Secret, hasAccess: Bool = true) {
            self.account = account
            self.name = name
            self.password = password
            self.hasAccess = hasAccess
        }
    }

    /// The region, which is the name of the project too.
    public var region = "cn-north-4"
    /// The id of the project, 32 hex characters.
    public var projectID = "05e1aef0a1b2c3d4e5f60718293a4b5c"
    /// The keys that are let in.
    public var keys: [AccessKeys] = []
    /// The users that are let in.
    public var users: [User] = []
    /// The number of servers.
    public var servers = 1
    /// The number of phones of each server.
    public var phonesPerServer = 2
    /// The number of encode services of each server.
    public var encodersPerServer = 1
    /// Whether the specification has shared storage, without which nothing can be shared.
    public var hasSharedStorage = true
    /// Bytes of the shared storage of each server; a shared app needs twice its archive free.
    public var sharedBytes: UInt64 = 500 << 30
    /// Whether the service may read and write the account's buckets.
    public var hasAgency = true
    /// `v1` for the system-defined network, the only one whose bandwidth can be changed here; `v2` for an own VPC.
    public var networkVersion = "v1"
    /// The names of the key pairs of the region; the first is that of the servers.
    public var keypairs = ["farm-key"]
    /// Whether the servers of the beginning are paid by use, so that a call can delete them.
    public var isPaidByUse = false
    /// Servers that the project may have, those of the beginning included.
    public var serverQuota = 20
    /// Whether orders that do not ask to be paid at once wait until somebody pays them.
    public var leavesOrdersUnpaid = false
    /// How long a server that was bought is being made.
    public var creation = Duration.milliseconds(20)
    /// How long a server's specification takes to change (Cloud Phone API, ChangeCloudPhoneServerModel).
    public var modelChange = Duration.seconds(120)
    /// How long what a scheduled event announced takes.
    public var eventDuration = Duration.milliseconds(20)
    /// The account's file systems that servers can mount.
    public var fileSystems = ["5a1c0b7e-0000-4000-8000-000000000001"]
    /// How long jobs take.
    public var durations = JobDurations()
    /// How far the cloud's clock is ahead of this machine's.
    public var clockSkew = Duration.zero
    /// How long a token lives.
    public var tokenLife = Duration.seconds(24 * 3600)
    /// Calls per minute that change something; nil for any number.
    public var writesPerMinute: Int? = 10
    /// Calls per second of one operation that change nothing; nil for any number.
    public var readsPerSecond: Int? = 200
    /// Synchronous commands per minute and user.
    public var syncCommandsPerMinute = 6
    /// Phones that one call may name; the documents tell no number.
    public var phonesPerCall = 200
    /// The time that a synchronous command has on each phone.
    public var syncLimit = Duration.seconds(2)
    /// Operations that the caller lacks the permission for, by their names.
    public var deniedOperations: Set<String> = []
    /// What ids and names are made from: the same seed gives the same cloud.
    public var seed: UInt64 = 1
    /// Whether the phones have ports for ADB; without them a cloud of thousands needs few descriptors.
    public var opensADB = true
    /// The public address of the servers; nil for servers without.
    public var publicHost: String? = "127.0.0.1"
    /// Instances of KooPhone beside the servers, which belong to the same account.
    public var koophones = 0
    /// What stands in front of KooPhone's paths; empty for nothing.
    public var koophonePath = "/koophone"
    /// Instances of one pool; more of them make more pools, `pool-1`, `pool-2`, ….
    public var koophonesPerPool = 50
    /// Whether phones tell of a port for ADB.
    public var tellsADB = true
    /// Whether phones are said to be on loopback inside their servers, for SSH servers of this machine that stand for those.
    public var seesPhonesOnLoopback = false
    /// Who it shows itself to be over TLS; nil to speak in the clear.
    public var identity: TLSIdentity?
    /// The tags that all servers have from the beginning.
    public var tags: [String: String] = [:]
    /// Where an SSH server stands for the encode services; without one they tell of no port.
    public var encoderAddress: SocketAddress?
    /// What the phones are to be; number, seed and detail of the record are set by the cloud.
    public var phones = SimulationOptions(phones: 0)

    /// The defaults are what trying things out needs; without keys and users nobody is let in.
    public init() {}
}

/// How long jobs take from their beginning to their end.
public struct JobDurations: Sendable, Hashable {
    /// Jobs of kinds that are not named below.
    public var others: Duration
    /// Kinds that take another time.
    public var kinds: [JobKind: Duration]

    /// Takes times; those of a test by default, not those of the service.
    public init(others: Duration = .milliseconds(20), kinds: [JobKind: Duration] = [:]) {
        self.others = others
        self.kinds = kinds
    }

    /// The time that jobs of a kind take.
    public func duration(of kind: JobKind) -> Duration { kinds[kind] ?? others }
}

/// What a job does.
public enum JobKind: String, Sendable, Hashable, CaseIterable {
    case install, uninstall, push, shell, restart, stop, reset, property, export, restore
    case restartServer, restartEncoder, keypair, pushFiles, deleteFiles, listFiles, pushApp, deleteApp
    case deleteServer, changeServer, attach, detach, traffic, expand
}
