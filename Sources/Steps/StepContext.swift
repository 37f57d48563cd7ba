public import Farm
public import Journal
public import Lanes
public import PlaybookLanguage
public import Secrets
import Synchronization

/// What a step is given beside the phone, for one attempt on one phone.
public final class StepContext: Sendable {
    /// Where `${{ }}` finds its values.
    public let scope: Scope
    /// Local files and apps, opened once for all phones.
    public let payloads: any PayloadProviding
    /// Bytes moved, for the stall limit and for people who watch.
    public let progress: ProgressMeter
    /// What is remembered of phones between runs.
    public let memory: any PhoneMemory
    /// A short word that belongs to this run alone, for temporary names on phones: letters and digits.
    public let tag: String
    /// The folder under which files from this target are kept: `runs/ID/pulled/PHONE`.
    public let pullFolder: ContainedPath
    /// What the run has pulled so far, so that equal files take room once.
    public let pulled: PulledContents
    /// When the step before this one started on this phone, or this step when it is the first.
    public let previousStart: LaneInstant
    /// The run's cap on a command's output, in bytes of each of output and error.
    public let outputLimit: Int
    /// Ends the present link and connects anew; the run uses the new link from then on.
    ///
    /// Throws ``PhoneError`` when the target does not answer; may be called again then.
    public let reconnect: @Sendable () async throws -> any ConnectedTarget
    /// Tells a step in the background that its block ends; nil for all others.
    public let ending: BlockEnding?
    /// Tells the steps behind a step in the background that it is ready; nil where nobody waits for that.
    public let readiness: StepReadiness?
    /// The limit of the attempt, which whoever waits for a service has to keep himself; nil when there is none.
    public let timeLimit: Duration?
    /// Which of the play's targets this is.
    public let place: TargetPlace
    /// When the step began that failed, for what is done about it; nil where nothing failed.
    public let failedSince: LaneInstant?
    /// What `need` saw, for `perform` of the same attempt.
    public let notes: StepNotes
    /// What the step has brought so far, for an attempt that is cut short.
    public let soFar: OutputsSoFar

    /// Collects what a step is given.
    public init(
        scope: Scope, payloads: any PayloadProviding, progress: ProgressMeter, memory: any PhoneMemory, tag: String,
        pullFolder: ContainedPath, pulled: PulledContents = PulledContents(), previousStart: LaneInstant,
        outputLimit: Int = 1 << 20,
        ending: BlockEnding? = nil, readiness: StepReadiness? = nil, timeLimit: Duration? = nil,
        place: TargetPlace = TargetPlace(), failedSince: LaneInstant? = nil,
        reconnect: @escaping @Sendable () async throws -> any ConnectedTarget
    ) {
        self.scope = scope
        self.payloads = payloads
        self.progress = progress
        self.memory = memory
        self.tag = tag
        self.pullFolder = pullFolder
        self.pulled = pulled
        self.previousStart = previousStart
        self.outputLimit = outputLimit
        self.ending = ending
        self.readiness = readiness
        self.timeLimit = timeLimit
        self.place = place
        self.failedSince = failedSince
        self.reconnect = reconnect
        notes = StepNotes()
        soFar = OutputsSoFar()
    }

    /// Connects anew to a target that is a phone; throws as ``reconnect``.
    func reconnectedPhone() async throws -> any ConnectedPhone {
        let link = try await reconnect()
        guard let phone = link as? any ConnectedPhone else {
            throw PhoneError(.unsupported, operation: "connect", reason: "\(link.id.name) is no phone")
        }
        return phone
    }

    /// What texts and names from the phone pass before they are kept.
    public var redactor: Redactor { Redactor(scope.shared.vault) }

    /// The same with another scope.
    public convenience init(_ context: StepContext, scope: Scope) {
        self.init(
            scope: scope, payloads: context.payloads, progress: context.progress, memory: context.memory,
            tag: context.tag, pullFolder: context.pullFolder, pulled: context.pulled,
            previousStart: context.previousStart,
            outputLimit: context.outputLimit, ending: context.ending, readiness: context.readiness,
            timeLimit: context.timeLimit, place: context.place,
            failedSince: context.failedSince, reconnect: context.reconnect)
    }
}

/// Which of a play's targets a phone is, for work that is dealt out among them.
public struct TargetPlace: Hashable, Sendable {
    /// Its position, from 0.
    public let index: Int
    /// How many there are.
    public let count: Int

    /// The only one, unless told otherwise.
    public init(index: Int = 0, count: Int = 1) {
        self.index = index
        self.count = count
    }
}

/// What a step has brought before it came to its end, so that it is not lost with the phone.
public final class OutputsSoFar: Sendable {
    private let outputs = Mutex<StepOutputs?>(nil)

    init() {}

    /// Keeps outputs; they replace those kept before, and count only when the attempt ends by an error.
    func keep(_ outputs: StepOutputs) { self.outputs.withLock { $0 = outputs } }

    /// What was kept; nil when nothing was.
    public var kept: StepOutputs? { outputs.withLock { $0 } }
}

/// What `need` saw, so that `perform` need not ask the phone again; empty when `perform` is asked first.
public final class StepNotes: Sendable {
    private let note = Mutex<(any Sendable)?>(nil)

    init() {}

    /// Leaves a note; it replaces the one before.
    func leave<Note: Sendable>(_ note: Note) { self.note.withLock { $0 = note } }

    /// Takes the note away, when it is of this type; a note is good for one use, since the phone may change after.
    func take<Note: Sendable>(_ type: Note.Type) -> Note? {
        note.withLock { note in
            defer { note = nil }
            return note as? Note
        }
    }
}
