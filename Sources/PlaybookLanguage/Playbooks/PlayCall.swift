public import Farm
public import SourceText

/// One play of a playbook: whom it is for, how it spreads, and its steps.
public struct PlayCall: Sendable {
    /// Its place among the plays, from 0.
    public let index: Int
    /// Its heading, when it has one.
    public let name: Template?
    /// The name by which other plays `need` it.
    public let id: String?
    /// What it acts on.
    public let targetKind: TargetKind
    /// Which of them.
    public let selector: SelectorText
    /// The earlier plays whose failed targets are skipped here, by index.
    public let needs: [Int]
    /// Variables of this play.
    public let variables: [String: Argument<Value>]
    /// How it goes through its targets; nil for all at once, within the limits.
    public let waves: WavesCall?
    /// How many may fail before it stops; nil for no limit of its own.
    public let maxFail: MaxFailCall?
    /// What becomes of those under way when it stops.
    public let onStop: StopManner
    /// What must hold of a phone before its first step; made by the vocabulary.
    public let preflight: (any Sendable)?
    /// Where `preflight` stands.
    public let preflightSpan: SourceSpan?
    /// Its steps, in order.
    public let steps: [StepEntry]
    /// What is done on a target that failed, after its failure; positions follow those of ``steps``.
    public let onFailure: [StepEntry]
    /// Its tags, which all of its steps have.
    public let tags: Set<String>
    /// Where the play stands.
    public let span: SourceSpan
}

/// What a play acts on: the key that names its selector.
public enum TargetKind: String, Hashable, Sendable, CaseIterable {
    /// `phones:`
    case phones
    /// `servers:`
    case servers
    /// `encoders:`
    case encoders

    /// The kind of its targets in journals.
    public var targetID: TargetID.Kind {
        switch self {
        case .phones: .phone
        case .servers: .server
        case .encoders: .encoder
        }
    }
}

/// What becomes of the targets under way when a play stops: `on-stop: drain`.
public enum StopManner: String, Hashable, Sendable, CaseIterable {
    /// Running steps finish.
    case drain
    /// Running steps are cancelled.
    case cancel
}

/// `waves: [1, 5%, 100%]`.
public struct WavesCall: Sendable {
    /// How the waves are cut.
    public enum Shape: Sendable {
        /// By cumulative sizes; whoever is left comes in one last wave.
        case sizes([WaveCall])
        /// Whole servers, at most so many in one wave.
        case byServer(atMost: Argument<Int>?, each: WaveCall)
    }

    /// How the waves are cut.
    public let shape: Shape
    /// Where they stand.
    public let span: SourceSpan
}

/// One wave, or what holds for each.
public struct WaveCall: Sendable {
    /// Up to how many of the play's targets have had their turn after it; nil for whole servers.
    public let size: Argument<Amount>?
    /// What is waited for after it, before the next one.
    public let pause: PauseCall?
    /// What must hold after it for the next one to begin; the first wave's default is that nothing failed.
    public let gate: Expression?
}

/// What a pause waits for.
public enum PauseCall: Sendable {
    /// A length of time.
    case duration(Argument<Duration>)
    /// A person's word, asked for with this text.
    case person(Template?)
}

/// `max-fail: 3%`, or `max-fail: { run: 3%, wave: 1, kinds: [failed] }`.
public struct MaxFailCall: Sendable {
    /// Over all targets.
    public let run: Argument<Amount>?
    /// Within each wave.
    public let wave: Argument<Amount>?
    /// Which verdicts count.
    public let kinds: Set<FailureKind>
    /// Where it stands.
    public let span: SourceSpan
}
