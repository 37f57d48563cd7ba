public import Farm
public import Journal
public import PlaybookLanguage
import Secrets
public import SourceText
public import Steps

/// What is to happen, decided to the end: plays, steps, targets, values, limits.
///
/// Nothing in it changes any more.
public struct Plan: Sendable {
    /// The playbook's name, or the one-step command.
    public let name: String
    /// The text of the playbook; nil for one-step runs.
    public let source: SourceFile?
    /// The texts that the playbook includes.
    public let includes: [SourceFile]
    /// What all phones have in common in expressions, inputs among it.
    public let shared: SharedScope
    /// The plays, in order; at least one.
    public let plays: [PlannedPlay]
    /// The steps of all plays, in order; those of failures and rescues stand where they would be done.
    public let steps: [PlannedStep]
    /// Whom they are for, sorted by name.
    public let targets: [PlannedTarget]
    /// How much may happen at the same time.
    public let limits: Limits
    /// The most phones at once, as `--forks` says; nil leaves it to limits and descriptors.
    public let forks: Int?
    /// What every random choice is drawn from.
    public let seed: UInt64
    /// When nothing more is begun.
    public let deadline: RunDeadline?
    /// How many failures over all targets stop the run; nil for no limit.
    public let failLimit: FailLimit?
    /// How many failures of a kind leave the run well.
    public let tolerance: [FailureKind: Int]
    /// What will be delivered and is known before a phone is touched.
    public let payloads: [PayloadSummary]
    /// What is brought to servers of clouds, step by step.
    public let traffic: [PlannedTraffic]
    /// The servers, by their clouds' ids, to which a step may bring something for all of their phones at once.
    private let shares: [StepPath: Set<String>]
    /// The fields of `phone` that expressions speak of; what the farm does not know of them, phones are asked.
    public let phoneFields: Set<String>
    /// The names of targets that are quarantined, and are targets all the same.
    public private(set) var quarantined: [String] = []

    init(
        name: String, source: SourceFile?, includes: [SourceFile] = [], shared: SharedScope, plays: [PlannedPlay],
        targets: [PlannedTarget], limits: Limits, forks: Int?, seed: UInt64, deadline: RunDeadline? = nil,
        failLimit: FailLimit? = nil, tolerance: [FailureKind: Int] = [:], payloads: [PayloadSummary],
        traffic: TrafficCount = TrafficCount(), phoneFields: Set<String> = []
    ) {
        self.name = name
        self.source = source
        self.includes = includes
        self.shared = shared
        self.plays = plays
        steps = plays.flatMap(\.allSteps)
        self.targets = targets
        self.limits = limits
        self.forks = forks
        self.seed = seed
        self.deadline = deadline
        self.failLimit = failLimit
        self.tolerance = tolerance
        self.payloads = payloads
        self.traffic = traffic.traffic
        shares = traffic.shares
        self.phoneFields = phoneFields
    }

    /// The plan with a note of whom the farm knows to be quarantined.
    func knowing(_ health: PhoneHealth) -> Plan {
        var plan = self
        plan.quarantined = targets.compactMap { $0.phone?.name }.filter(health.quarantined.contains)
        return plan
    }

    /// Where `${{ }}` finds its values on a target before its first step.
    public func scope(for target: PlannedTarget) -> Scope {
        Scope(shared, phone: target.fields, phoneVariables: target.variables)
    }

    /// Whether a step may bring something to a server for all of its phones at once, as each of them is to get it.
    ///
    /// - Parameter server: Its cloud's id.
    public func mayShare(_ step: StepPath, with server: String) -> Bool { shares[step]?.contains(server) ?? false }

    /// The most dangerous class among the steps; `read` when there is none.
    public var stepClass: StepClass { steps.map(\.stepClass).max() ?? .read }

    /// Whether a person will be asked to go on.
    public var asksPerson: Bool {
        plays.contains { play in
            play.waves.contains { if case .person? = $0.pause { true } else { false } }
                || play.allSteps.contains { if case .own(.pause(.person)) = $0.action { true } else { false } }
        }
    }

    /// What its targets are called together: phones, encoders, or targets where it has several kinds.
    public var noun: String {
        let kinds = Set(targets.map(\.id.kind))
        return kinds.count > 1 ? "targets" : "\(kinds.first ?? .phone)s"
    }

    /// The inputs as texts, for journals and people; null is left out.
    public var inputTexts: [String: String] {
        shared.inputs.compactMapValues { value in
            if case .secret(let secret) = value { return secret.mask }
            guard case .list(let list) = value else { return value.textForm }
            return list.compactMap(\.textForm).joined(separator: ",")
        }
    }
}

/// One phone, server or encoder that a plan is for.
public struct PlannedTarget: Sendable {
    /// Its name in journals.
    public let id: TargetID
    /// The phone, with what is known of it; nil for a target that is none.
    public let phone: Phone?
    /// The encoder; nil for a target that is none.
    public let encoder: Encoder?
    /// The fields of `phone`, or of `encoder`, in expressions.
    public let fields: [String: Value]
    /// Its variables, those of its groups below its own.
    public let variables: [String: Value]
    /// Whether nobody knows if it was meant, because it could not be asked: it is `lost` from the start.
    public let isUndecided: Bool
    /// Its variables as the farm file has them.
    let frozenVariables: [String: FarmValue]
    /// The server; nil for a target that is none.
    public let server: Server?

    init(_ phone: Phone, groups: [String], variables: [String: FarmValue], isUndecided: Bool) {
        id = .phone(phone.name)
        self.phone = phone
        encoder = nil
        fields = PhoneFields.values(of: phone, groups: groups)
        self.variables = variables.mapValues { Value($0) }
        self.isUndecided = isUndecided
        frozenVariables = variables
        server = nil
    }

    init(_ server: Server) {
        id = TargetID(kind: .server, name: server.name)
        phone = nil
        encoder = nil
        fields = ["name": .text(server.name), "server": .text(server.name)]
        variables = [:]
        isUndecided = false
        frozenVariables = [:]
        self.server = server
    }

    init(_ encoder: Encoder, groups: [String], variables: [String: FarmValue]) {
        id = TargetID(kind: .encoder, name: encoder.name)
        phone = nil
        self.encoder = encoder
        fields = EncoderFields.values(of: encoder, groups: groups)
        self.variables = variables.mapValues { Value($0) }
        isUndecided = false
        frozenVariables = variables
        server = nil
    }

    /// Whether nothing but the service of a cloud answers for it.
    public var isBatched: Bool { phone?.isBatched ?? (server?.cloud != nil) }

    /// The server that it belongs to, by name.
    var serverName: String? { phone?.server ?? encoder?.server }

    /// Its model, as far as the farm knows it.
    var model: String? { phone?.properties[PhoneProperty.model] }
}

/// Something local that the plan delivers, as it was found before the run.
public struct PayloadSummary: Hashable, Sendable {
    /// Its name under `payloads:`; nil for what a step names by its path.
    public let name: String?
    /// The path or the address, as the playbook or the command names it.
    public let path: String
    /// What it is: `com.studio.game 2.0 (20)`, `120 files`.
    public let description: String
    /// Its size.
    public let size: ByteCount
    /// SHA-256 of a payload and of a single-part app; nil for splits, and for files that are named by their path.
    public let sha256: String?
    /// How its files are put together for the way.
    public let packing: PayloadDefinition.Packing
    /// What changes when the content does: hashes of an app's parts, sizes and times of files.
    public let fingerprint: String

    /// What tells it from everything else that the plan delivers: `payload NAME`, or its path.
    public var key: String { name.map { "payload \($0)" } ?? path }
}
