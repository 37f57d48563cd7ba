/// What a simulated farm is to be.
public struct SimulationOptions: Sendable {
    /// The number of phones.
    public var phones: Int
    /// The releases, dealt to the phones in turn.
    public var profiles: [Profile]
    /// Which phones show which fault.
    public var faults: [FaultAssignment]
    /// What chance is made from: the same seed gives the same farm.
    public var seed: UInt64
    /// Whom the phones let in.
    public var authentication: Authentication
    /// How far away they are.
    public var shaping: Shaping
    /// How long things take on them.
    public var times: PhoneTimes
    /// What is kept of the files they get.
    public var retention: ContentStore.Retention
    /// How much is written down of what is done to them.
    public var detail: SimulationRecord.Detail
    /// Bytes each phone has room for.
    public var capacity: UInt64
    /// The first port; nil for ports in a row, wherever they are free.
    public var basePort: UInt16?
    /// What names begin with: `sim` gives `sim-001`.
    public var namePrefix: String
    /// The tests of apps, for those that get installed.
    public var instrumentations: [SimulatedInstrumentation]
    /// Whether the phones begin as read-only; see ``SimulatedFarm/writeLock``.
    public var isReadOnly: Bool
    /// Tools that phones get beyond those of their profile.
    public var extraTools: Set<PhoneTool>
    /// Seconds since 1970 on the phones' clocks at the start; nil for this machine's time.
    public var startSeconds: Int64?

    /// Makes options; the defaults are what trying things out needs.
    public init(
        phones: Int, profiles: [Profile] = [.android14], faults: [FaultAssignment] = [], seed: UInt64 = 1,
        authentication: Authentication = .none, shaping: Shaping = Shaping(), times: PhoneTimes = PhoneTimes(),
        retention: ContentStore.Retention = .keep, detail: SimulationRecord.Detail = .full,
        capacity: UInt64 = 64 << 30, basePort: UInt16? = nil, namePrefix: String = "sim",
        instrumentations: [SimulatedInstrumentation] = [], isReadOnly: Bool = false,
        extraTools: Set<PhoneTool> = [], startSeconds: Int64? = nil
    ) {
        self.phones = phones
        self.profiles = profiles
        self.faults = faults
        self.seed = seed
        self.authentication = authentication
        self.shaping = shaping
        self.times = times
        self.retention = retention
        self.detail = detail
        self.capacity = capacity
        self.basePort = basePort
        self.namePrefix = namePrefix
        self.instrumentations = instrumentations
        self.isReadOnly = isReadOnly
        self.extraTools = extraTools
        self.startSeconds = startSeconds
    }
}
