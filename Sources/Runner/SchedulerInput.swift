public import Farm
public import Steps

/// How many phones may be under way at once, and how many of them may do what.
public struct SchedulerLimits: Hashable, Sendable {
    /// Phones that hold a place in the window.
    public var window: Int
    /// Phones that may have a link at all, parked ones included; what descriptors allow.
    public var links: Int
    /// Phones in the window for each server; nil for no limit.
    public var perServer: Int?
    /// The same for each USB host.
    public var perUSBHost: Int?
    /// Steps that move files or apps, for each server.
    public var bulkPerServer: Int
    /// Steps that restart phones, for each server.
    public var rebootsPerServer: Int

    /// Sets the limits.
    public init(
        window: Int,
        links: Int = .max,
        perServer: Int? = nil,
        perUSBHost: Int? = nil,
        bulkPerServer: Int = .max,
        rebootsPerServer: Int = .max
    ) {
        self.window = window
        self.links = links
        self.perServer = perServer
        self.perUSBHost = perUSBHost
        self.bulkPerServer = bulkPerServer
        self.rebootsPerServer = rebootsPerServer
    }

    /// The limits of a run: the window is the smallest of `--forks`, the farm file's limit and what descriptors allow.
    ///
    /// - Parameters:
    ///   - forks: What the command line asks for; nil leaves it to the farm file and the descriptors.
    ///   - farm: The farm file's limits.
    ///   - descriptors: How many files this process may have open.
    public init(forks: Int?, farm: Limits, descriptors: Int) {
        // A phone needs its socket; lanes, the journal, payloads and the standard streams need the rest.
        let links = max(1, descriptors - Self.descriptorsForOurselves)
        self.init(
            window: max(1, min(forks ?? .max, farm.run ?? .max, links)),
            links: links,
            perServer: farm.perServer,
            perUSBHost: farm.perUSBHost,
            bulkPerServer: farm.bulkPerServer,
            rebootsPerServer: farm.rebootsPerServer
        )
    }

    /// Descriptors that are never given to phones.
    public static let descriptorsForOurselves = 64
}

/// What shares limits: the phones of one server, or those of none.
public struct SchedulerGroup: Hashable, Sendable {
    /// The server's name; nil for phones that stand alone, which have no limit but the window.
    public let server: String?
    /// Whether the server is a USB host.
    public let isUSBHost: Bool

    /// Names a group.
    public init(server: String?, isUSBHost: Bool = false) {
        self.server = server
        self.isUSBHost = isUSBHost
    }

    /// The group of a phone.
    public init(of phone: Phone) {
        var host: String?
        for way in phone.waysIn {
            guard case .server(let address, _, _) = way else { continue }
            host = host ?? phone.server ?? address.description
        }
        self.init(server: host ?? phone.server, isUSBHost: host != nil)
    }
}

/// What can happen to the scheduler.
public enum SchedulerEvent: Hashable, Sendable {
    /// The run begins.
    case started
    /// A phone wants to begin a step that counts against a limit. What it held for the step before is given back.
    case wants(phone: Int, StepLoad)
    /// A phone pauses before its next attempt; it needs no place meanwhile.
    case rests(phone: Int)
    /// A phone has its verdict.
    case ended(phone: Int)
    /// Somebody asks to let running steps finish and start no new ones.
    case drain
    /// Somebody asks to stop now.
    case cancel
}

/// What the scheduler wants done; performed outside its lock, in order.
public enum SchedulerAction: Hashable, Sendable {
    /// Begin a phone's run. The place and the limits of its first step are its own already.
    case start(phone: Int)
    /// Let a phone that waits begin its step.
    case admit(phone: Int)
    /// Tell a phone that waits or rests that it begins no more steps.
    case dismiss(phone: Int)
    /// Cancel what a phone is doing.
    case cancel(phone: Int)
    /// Nobody is under way any more and nobody will be.
    case finish
}
