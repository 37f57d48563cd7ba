public import Farm

/// One thing that happened in a run; one line of its journal.
public struct JournalEvent: Hashable, Sendable {
    /// Milliseconds since 1970, from the machine's clock; for people only, nothing is computed from it.
    public var time: Int64
    /// What happened.
    public var body: Body

    /// Makes an event.
    public init(time: Int64, _ body: Body) {
        self.time = time
        self.body = body
    }

    /// What can happen in a run.
    public indirect enum Body: Hashable, Sendable {
        /// The first line: everything that a reader needs to understand the others.
        case runStarted(RunHeader)
        /// A link to a phone stands.
        case phoneConnected(TargetID, PhoneFacts)
        /// An attempt at a step begins; attempts count from 1.
        case stepStarted(TargetID, StepPath, attempt: Int)
        /// A service was asked, or is about to be asked, to do something to a target; before its outcome is waited for.
        case serviceAsked(TargetID, StepPath, ServiceJob)
        /// An attempt failed and another will be made.
        case attemptFailed(TargetID, StepPath, AttemptFailure)
        /// A step has its verdict.
        case stepEnded(TargetID, StepPath, StepEnd)
        /// A target has its verdict.
        case phoneEnded(TargetID, PhoneEnd)
        /// A target has its verdict in one play of several.
        case playEnded(TargetID, play: Int, PhoneEnd)
        /// A wave of a play begins.
        case waveStarted(WaveStart)
        /// A wave of a play has ended, and its gate has answered.
        case waveEnded(WaveEnd)
        /// A lost target of a play's first wave is replaced by another.
        case canaryReplaced(play: Int, lost: TargetID, by: TargetID)
        /// No new target begins.
        case runStopping(RunStopping)
        /// A run that had been stopped or killed goes on.
        case runResumed(RunResumed)
        /// The last line, until the run is resumed.
        case runEnded(RunEnd)
    }
}

/// What a connected phone says of itself.
public struct PhoneFacts: Hashable, Sendable {
    /// Facts by name, such as `model`, `sdk`, `serial`.
    public var values: [String: String]
    /// The way in that was used, such as `tcp:10.0.4.11:5555`.
    public var wayIn: String

    /// Makes facts.
    public init(values: [String: String] = [:], wayIn: String = "") {
        self.values = values
        self.wayIn = wayIn
    }
}

/// One attempt of several that did not work out.
public struct AttemptFailure: Hashable, Sendable {
    /// Which attempt, from 1.
    public var attempt: Int
    /// What it came to: failed, lost or timed out.
    public var verdict: Verdict
    /// Why.
    public var failure: StepFailure
    /// Milliseconds until the next attempt.
    public var delay: Int64

    /// Makes an attempt's failure.
    public init(attempt: Int, verdict: Verdict, failure: StepFailure, delay: Int64) {
        self.attempt = attempt
        self.verdict = verdict
        self.failure = failure
        self.delay = delay
    }
}

/// How a step ended on one target.
public struct StepEnd: Hashable, Sendable {
    /// What became of the step.
    public var verdict: Verdict
    /// What to know beside it.
    public var marks: Marks
    /// Attempts made; 0 for a step that was skipped.
    public var attempts: Int
    /// What the step brought back.
    public var outputs: StepOutputs
    /// Why it did not do what was asked.
    public var failure: StepFailure?
    /// Payload bytes that went to or came from the phone.
    public var bytes: Int64
    /// Milliseconds from the first attempt's start, pauses included.
    public var duration: Int64

    /// Makes an end.
    public init(
        verdict: Verdict,
        marks: Marks = [],
        attempts: Int = 1,
        outputs: StepOutputs = StepOutputs(),
        failure: StepFailure? = nil,
        bytes: Int64 = 0,
        duration: Int64 = 0
    ) {
        self.verdict = verdict
        self.marks = marks
        self.attempts = attempts
        self.outputs = outputs
        self.failure = failure
        self.bytes = bytes
        self.duration = duration
    }
}

/// How a target's run ended.
public struct PhoneEnd: Hashable, Sendable {
    /// What became of the target.
    public var verdict: Verdict
    /// The marks of all its steps together.
    public var marks: Marks
    /// The failure that ended it, when it did not get to the end.
    public var failure: StepFailure?
    /// The step that ended it; nil when it was none's fault, such as a phone that could not be dialled.
    public var step: StepPath?

    /// Makes an end.
    public init(verdict: Verdict, marks: Marks = [], failure: StepFailure? = nil, step: StepPath? = nil) {
        self.verdict = verdict
        self.marks = marks
        self.failure = failure
        self.step = step
    }
}

/// How a run ended.
public struct RunEnd: Hashable, Sendable {
    /// Everyone, by verdict.
    public var counts: VerdictCounts
    /// The exit code of the program.
    public var exitCode: Int
    /// Why the exit code is what it is, in one line.
    public var why: String
    /// Milliseconds from the run's start.
    public var duration: Int64

    /// Makes an end.
    public init(counts: VerdictCounts, exitCode: Int, why: String, duration: Int64 = 0) {
        self.counts = counts
        self.exitCode = exitCode
        self.why = why
        self.duration = duration
    }
}

/// The beginning of a wave.
public struct WaveStart: Hashable, Sendable {
    /// Position of the play.
    public var play: Int
    /// Position of the wave in its play.
    public var wave: Int
    /// Whose turn it is.
    public var targets: [TargetID]

    /// Makes a beginning.
    public init(play: Int, wave: Int, targets: [TargetID]) {
        self.play = play
        self.wave = wave
        self.targets = targets
    }
}

/// The end of a wave.
public struct WaveEnd: Hashable, Sendable {
    /// Position of the play.
    public var play: Int
    /// Position of the wave in its play.
    public var wave: Int
    /// Whether the next wave may begin.
    public var passed: Bool
    /// Why not.
    public var why: String?

    /// Makes an end.
    public init(play: Int, wave: Int, passed: Bool, why: String? = nil) {
        self.play = play
        self.wave = wave
        self.passed = passed
        self.why = why
    }
}

/// Why no new target begins.
public struct RunStopping: Hashable, Sendable {
    /// A machine word: `max-fail`, `gate`, `deadline`, `interrupted`.
    public var code: String
    /// In one line.
    public var why: String

    /// Makes a reason.
    public init(code: String, why: String) {
        self.code = code
        self.why = why
    }
}

/// That a run goes on.
public struct RunResumed: Hashable, Sendable {
    /// The command line, word by word, without secrets.
    public var commandLine: [String]
    /// The version of drover that goes on with it.
    public var version: String

    /// Makes a note.
    public init(commandLine: [String], version: String) {
        self.commandLine = commandLine
        self.version = version
    }
}
