public import Journal
public import PlaybookLanguage
public import SourceText
public import Steps

/// One play of a plan: its targets in waves, its steps, and when it stops.
public final class PlannedPlay: Sendable {
    /// Its place among the plays, from 0.
    public let index: Int
    /// What to call it before any phone is known.
    public let title: String
    /// What it acts on.
    public let targetKind: TargetKind
    /// Its targets, as positions in ``Plan/targets``, sorted.
    public let targets: [Int]
    /// The earlier plays whose failed targets are skipped here.
    public let needs: [Int]
    /// Variables of the play.
    public let variables: [String: Argument<Value>]
    /// Its waves, at least one; together they hold every target once.
    public let waves: [PlannedWave]
    /// When it stops.
    public let failLimit: FailLimit?
    /// What becomes of those under way when it stops.
    public let onStop: StopManner
    /// What must hold of a phone before its first step.
    public let preflight: PlannedPreflight?
    /// Its steps.
    public let steps: [PlannedEntry]
    /// What is done on a target that failed.
    public let onFailure: [PlannedEntry]
    /// The limits that its steps and blocks name.
    public let throttles: [PlannedThrottle]
    /// The path under which its preflight is written down.
    public let preflightPath: StepPath

    init(
        index: Int, title: String, targetKind: TargetKind, targets: [Int], needs: [Int] = [],
        variables: [String: Argument<Value>] = [:], waves: [PlannedWave], failLimit: FailLimit? = nil,
        onStop: StopManner = .drain, preflight: PlannedPreflight? = nil, steps: [PlannedEntry],
        onFailure: [PlannedEntry] = [], throttles: [PlannedThrottle] = []
    ) {
        self.index = index
        self.title = title
        self.targetKind = targetKind
        self.targets = targets
        self.needs = needs
        self.variables = variables
        self.waves = waves
        self.failLimit = failLimit
        self.onStop = onStop
        self.preflight = preflight
        self.steps = steps
        self.onFailure = onFailure
        self.throttles = throttles
        let last = (steps + onFailure).map(\.position).max() ?? -1
        preflightPath = StepPath(play: index, step: last + 1)
    }

    /// All steps, in order, those of failures last.
    public var allSteps: [PlannedStep] { (steps + onFailure).flatMap(\.steps) }

    /// Its steps as journals and reports call them, the preflight first.
    public var labels: [StepLabel] {
        let steps =
            self.steps.flatMap { $0.labels(isForFailures: false) }
            + onFailure.flatMap { $0.labels(isForFailures: true) }
        guard let preflight else { return steps }
        let label = StepLabel(
            path: preflightPath, keyword: PlannedPreflight.title, summary: preflight.requirements.summary,
            place: preflight.span?.place)
        return [label] + steps
    }
}

/// What must hold of a phone before a play touches it.
public struct PlannedPreflight: Sendable {
    /// What it is called in journals and reports.
    public static let title = "preflight"

    /// What is asked.
    public let requirements: any PhoneRequirements
    /// Where it is written.
    public let span: SourceSpan?
}

/// Some targets of a play that have their turn together.
public struct PlannedWave: Sendable {
    /// Them, as positions in ``Plan/targets``, in the order in which they begin.
    public let targets: [Int]
    /// What is waited for after it.
    public let pause: PlannedPause?
    /// What must hold after it; nil for the wave's default.
    public let gate: Expression?
    /// Whether nothing may fail in it, and a lost target is replaced by another.
    public let isCanary: Bool

    init(targets: [Int], pause: PlannedPause? = nil, gate: Expression? = nil, isCanary: Bool = false) {
        self.targets = targets
        self.pause = pause
        self.gate = gate
        self.isCanary = isCanary
    }
}

/// What is waited for between waves.
public enum PlannedPause: Hashable, Sendable {
    /// A length of time.
    case duration(Duration)
    /// A person's word, asked for with this text.
    case person(String)
}

/// How many failures stop a play or a run.
public struct FailLimit: Hashable, Sendable {
    /// The most failures over all targets; nil for no limit.
    public let run: Int?
    /// The most failures within a wave, as a part of it; nil for no limit.
    public let wave: Amount?
    /// Which verdicts count.
    public let kinds: Set<FailureKind>
    /// As it was written, for the reason why a run stopped.
    public let text: String

    /// Collects a limit.
    public init(run: Int?, wave: Amount? = nil, kinds: Set<FailureKind> = Set(FailureKind.allCases), text: String) {
        self.run = run
        self.wave = wave
        self.kinds = kinds
        self.text = text
    }
}

/// How many may do a step or a block at the same time.
public struct PlannedThrottle: Hashable, Sendable {
    /// How many.
    public let atMost: Int
    /// Among whom.
    public let per: ThrottleCall.Sharing
}

extension FailureKind {
    /// The kind of failure that a verdict is; nil for the others.
    public init?(_ verdict: Verdict) {
        switch verdict {
        case .failed: self = .failed
        case .lost: self = .lost
        case .timedOut: self = .timedOut
        case .ok, .changed, .skipped, .cancelled, .notStarted: return nil
        }
    }
}
