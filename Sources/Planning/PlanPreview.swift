public import Farm
public import Journal
import Lanes
import PlaybookLanguage
public import Steps

/// What a step would do on one phone as it is now.
public enum Foreseen: Hashable, Sendable {
    /// There is work, with its reason.
    case work(String)
    /// There is nothing to do, with the reason.
    case nothing(String)
    /// The phone could not tell; the step would be done.
    case unknown(String)
    /// `when` says that it is not for this phone.
    case skipped
    /// It depends on results of earlier steps.
    case depends
    /// It would fail, with the reason.
    case failed(String)
    /// The phone could not be asked, with the reason.
    case lost(String)
}

/// What a plan would do to one phone; every step is asked about the phone as it is now.
public struct PhonePreview: Sendable {
    /// What one step would do; a step of a loop has an answer for every member.
    public struct Answer: Hashable, Sendable {
        /// The step, without the members of loops.
        public let path: StepPath
        /// What it would do.
        public let foreseen: Foreseen
    }

    /// Which phone.
    public let target: TargetID
    /// The answers, in the order of the plan.
    public let answers: [Answer]
    /// Bytes that would be moved to it.
    public let bytes: UInt64
    /// What its link carries, in bytes per second, where that was measured.
    public let rate: Double?

    /// Collects answers.
    public init(target: TargetID, answers: [Answer], bytes: UInt64 = 0, rate: Double? = nil) {
        self.target = target
        self.answers = answers
        self.bytes = bytes
        self.rate = rate
    }

    /// The same with what its link carries.
    public func measured(_ rate: Double?) -> PhonePreview {
        PhonePreview(target: target, answers: answers, bytes: bytes, rate: rate)
    }

    /// A phone that could not be asked at all.
    public static func lost(_ target: PlannedTarget, in plays: [PlannedPlay], because reason: String) -> PhonePreview {
        let steps = plays.flatMap { $0.steps.flatMap(\.steps) }
        return PhonePreview(
            target: target.id, answers: steps.map { Answer(path: $0.path, foreseen: .lost(reason)) })
    }

    /// Asks a phone or an encoder about every step of the plays that it belongs to; nothing is changed on it.
    ///
    /// - Parameter context: What every step is given; its scope is the phone's, as ``Plan/scope(for:)`` makes it, with
    ///   what else is known of the phone.
    /// - Throws: `CancellationError`.
    public static func ask(
        _ phone: any ConnectedTarget, of target: PlannedTarget, about plays: [PlannedPlay], context: StepContext
    ) async throws -> PhonePreview {
        let walk = PreviewWalk(phone: phone, context: context)
        var answers: [Answer] = []
        var scope = context.scope
        // What a step gives is not known before it has run; nothing fails for that.
        scope.allowsUnknown = true
        for play in plays {
            scope.playVariables = play.variables
            try await walk.ask(play.steps, &scope, &answers)
        }
        return PhonePreview(target: target.id, answers: answers, bytes: context.progress.foreseenBytes)
    }
}

/// What a plan would do, per step, with phones that answered alike put together.
public struct PlanPreview: Sendable {
    /// Phones for which a step would do the same.
    public struct Group: Hashable, Sendable {
        /// What it would do.
        public let foreseen: Foreseen
        /// Their names, sorted.
        public let phones: [String]
    }

    /// The groups of each step, the largest first.
    public let groups: [[Group]]
    /// How many phones were asked.
    public let phoneCount: Int
    /// Bytes that would be moved to all of them.
    public let bytes: UInt64
    /// The longest that bytes would take to one phone, in seconds, by the slowest link measured; nil where none was.
    public let secondsPerPhone: Double?
    /// How many links were measured, and the slowest of them in bytes per second.
    public let measured: (count: Int, slowest: Double)?

    /// Puts answers together.
    public init(of previews: [PhonePreview], for plan: Plan) {
        phoneCount = previews.count
        bytes = previews.reduce(0) { $0 + $1.bytes }
        let rates = previews.compactMap(\.rate)
        measured = rates.min().map { (rates.count, $0) }
        let most = previews.map(\.bytes).max() ?? 0
        secondsPerPhone = rates.min().flatMap { $0 > 0 ? Double(most) / $0 : nil }
        var phones: [StepPath: [Foreseen: [String]]] = [:]
        for preview in previews {
            for answer in Set(preview.answers) {
                phones[answer.path, default: [:]][answer.foreseen, default: []].append(preview.target.name)
            }
        }
        groups = plan.steps.map { step in
            (phones[step.path] ?? [:]).map { Group(foreseen: $0.key, phones: $0.value.sorted()) }
                .sorted { left, right in
                    if left.phones.count != right.phones.count { return left.phones.count > right.phones.count }
                    return (left.phones.first ?? "") < (right.phones.first ?? "")
                }
        }
    }

    /// Whether any step has, or may have, something to do on any phone.
    public var hasWork: Bool {
        groups.joined().contains { group in
            switch group.foreseen {
            case .work, .unknown, .depends: true
            case .nothing, .skipped, .failed, .lost: false
            }
        }
    }
}
