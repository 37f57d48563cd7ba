public import Farm
public import Journal
import Planning
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

extension Scheduler {
    /// What becomes of those under way when the rollout stops.
    enum StopReaction: Hashable {
        case drain
        case cancel
    }
}

/// What shares limits: the phones and encoders of one server, or those of none.
public struct SchedulerGroup: Hashable, Sendable {
    /// The server's name; nil for phones that stand alone, which have no limit but the window.
    public let server: String?
    /// Whether the server is a USB host.
    public let isUSBHost: Bool
    /// Whether its members are asked for through a service, which has limits of its own; they take no place in the window.
    public let isBatched: Bool

    /// Names a group.
    public init(server: String?, isUSBHost: Bool = false, isBatched: Bool = false) {
        self.server = server
        self.isUSBHost = isUSBHost
        self.isBatched = isBatched
    }

    /// The group of a target; a server is the only one of its group.
    init(of target: PlannedTarget) {
        if let phone = target.phone {
            self.init(of: phone)
        } else if let encoder = target.encoder {
            self.init(of: encoder)
        } else {
            self.init(server: nil, isBatched: target.isBatched)
        }
    }

    /// The group of an encoder: its server's, or that of the host through which it is reached.
    public init(of encoder: Encoder) {
        let jump = encoder.route.flatMap { $0.hops.dropLast().last }
        self.init(server: encoder.server ?? jump?.address.description)
    }

    /// The group of a phone.
    public init(of phone: Phone) {
        var host: String?
        for way in phone.waysIn {
            guard case .server(let address, _, _, let route) = way else { continue }
            host = host ?? phone.server ?? route.map { "\($0.name) \(address)" } ?? address.description
        }
        self.init(server: host ?? phone.server, isUSBHost: host != nil, isBatched: phone.isBatched)
    }
}

/// What a strand needs room for before it goes on.
public struct StepDemand: Hashable, Sendable {
    /// The load that counts against its server.
    public let load: StepLoad
    /// The playbook's own limit, by its place in the play's list; nil for none.
    public let throttle: Int?

    /// A step's demand.
    public init(_ load: StepLoad = .light, throttle: Int? = nil) {
        self.load = load
        self.throttle = throttle
    }
}

/// What can happen to the scheduler.
///
/// A *strand* is one line of work on one target. Every target has a main strand with its own number; parallel loops and
/// steps in the background have strands of their own beside it.
public enum SchedulerEvent: Hashable, Sendable {
    /// The play begins.
    case started
    /// A strand wants to begin a step. What it held for the step before is given back.
    case wants(strand: Int, StepDemand)
    /// A strand wants to go into a block with a limit of its own, which it holds until it leaves.
    case enters(strand: Int, throttle: Int)
    /// A strand leaves such a block.
    case leaves(strand: Int, throttle: Int)
    /// A strand waits for time or a person; it needs no place meanwhile.
    case rests(strand: Int)
    /// A target has come to a barrier, counted from 0.
    case reaches(target: Int, barrier: Int)
    /// A target had passed a barrier in an earlier run.
    case passed(target: Int, barrier: Int)
    /// A strand of its own begins beside the target's main strand.
    case branched(strand: Int, target: Int)
    /// Such a strand has ended.
    case joined(strand: Int)
    /// A target has its verdict.
    case ended(target: Int, TargetOutcome)
    /// What was waited for after a wave has come; false when a person said no.
    case wavePauseOver(Bool)
    /// Somebody asks to let running steps finish and start no new ones.
    case drain
    /// Somebody asks to stop now.
    case cancel
    /// Somebody asks to stop some targets.
    case cancelTargets([Int])
}

/// What the scheduler wants done; performed outside its lock, in order.
public enum SchedulerAction: Hashable, Sendable {
    /// Begin a target's way. The place and the limits of its first step are its own already.
    case start(target: Int)
    /// Let a strand that waits begin.
    case admit(strand: Int)
    /// Tell a strand that waits or rests that it begins no more steps.
    case dismiss(strand: Int)
    /// Cancel what a target is doing.
    case cancel(target: Int)
    /// A wave begins.
    case beginWave(Int, targets: [Int])
    /// A wave has ended, and its gate has answered.
    case endWave(Int, GateAnswer)
    /// Wait for what stands between this wave and the next.
    case pause(afterWave: Int)
    /// A lost target of the first wave is replaced by another.
    case replace(lost: Int, by: Int)
    /// No new target begins, for this reason.
    case stop(StopReason)
    /// Nobody is under way any more and nobody will be.
    case finish
}

/// What became of a target in a play, as far as others depend on it.
public struct TargetOutcome: Hashable, Sendable {
    /// Its verdict.
    public let verdict: Verdict
    /// Whether it failed for a reason of the phone's own, which says nothing about what was to be done to it.
    public let isPhoneReason: Bool

    /// An outcome; a lost phone is its own reason.
    public init(_ verdict: Verdict, isPhoneReason: Bool = false) {
        self.verdict = verdict
        self.isPhoneReason = isPhoneReason || verdict == .lost
    }
}

/// What a gate says about a wave.
public struct GateAnswer: Hashable, Sendable {
    /// Whether the next wave may begin.
    public let passed: Bool
    /// Why not.
    public let why: String?

    /// An answer.
    public init(passed: Bool, why: String? = nil) {
        self.passed = passed
        self.why = why
    }
}

/// Why a play stops before everybody had a turn.
public struct StopReason: Hashable, Sendable {
    /// What stopped it.
    public enum Code: String, Hashable, Sendable {
        /// More failures than allowed.
        case maxFail = "max-fail"
        /// A gate said no.
        case gate
        /// The deadline has come.
        case deadline
        /// Somebody asked.
        case interrupted
    }

    /// What stopped it.
    public let code: Code
    /// In one line.
    public let why: String

    /// A reason.
    public init(_ code: Code, _ why: String) {
        self.code = code
        self.why = why
    }
}
