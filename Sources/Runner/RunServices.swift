public import Custody
public import Farm
public import Journal
public import Lanes
public import Steps

/// What a run needs from outside; the composition root joins each with its maker.
public struct RunServices: Sendable {
    /// Makes links to phones.
    public var dialer: any PhoneDialing
    /// Makes links to encoders.
    public var hosts: any HostDialing
    /// Makes links to servers of clouds.
    public var servers: any ServerDialing
    /// Opens what is delivered.
    public var payloads: any PayloadProviding
    /// What is remembered of phones between runs.
    public var memory: any PhoneMemory
    /// Where phones live; they are dealt out in turn, those behind one host together.
    public var lanes: [Lane]
    /// Where everything that happens is written.
    public var journal: JournalWriter
    /// The run's folder, for pulled files.
    public var folder: RunFolder
    /// What the run has pulled so far, so that equal files take room once.
    public let pulled = PulledContents()
    /// Bytes kept of each of a command's output and error.
    public var outputLimit: Int
    /// How many files this process may have open.
    public var descriptors: Int
    /// Puts a question before a person, and says whether to go on.
    public var askPerson: @Sendable (String) async -> Bool
    /// What is taken on each phone itself before it is used; nil for nothing.
    public var phoneLease: PhoneLease?
    /// How long it is until this machine's clock shows an hour and a minute.
    public var untilTimeOfDay: @Sendable (Int, Int) -> Duration

    /// Collects what a run needs.
    public init(
        dialer: any PhoneDialing, hosts: any HostDialing = NoHosts(),
        servers: any ServerDialing = NoServers(), payloads: any PayloadProviding, memory: any PhoneMemory,
        lanes: [Lane], journal: JournalWriter, folder: RunFolder, outputLimit: Int = 1 << 20, descriptors: Int,
        askPerson: @escaping @Sendable (String) async -> Bool = { _ in false }, phoneLease: PhoneLease? = nil,
        untilTimeOfDay: @escaping @Sendable (Int, Int) -> Duration = TimeOfDay.wait
    ) {
        precondition(!lanes.isEmpty, "a run needs a lane")
        self.dialer = dialer
        self.hosts = hosts
        self.servers = servers
        self.payloads = payloads
        self.memory = memory
        self.lanes = lanes
        self.journal = journal
        self.folder = folder
        self.outputLimit = outputLimit
        self.descriptors = descriptors
        self.askPerson = askPerson
        self.phoneLease = phoneLease
        self.untilTimeOfDay = untilTimeOfDay
    }
}
