public import Farm
public import Lanes
public import PlaybookLanguage
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
    /// The folder under which files from this phone are kept: `runs/ID/pulled/PHONE`.
    public let pullFolder: ContainedPath
    /// When the step before this one started on this phone, or this step when it is the first.
    public let previousStart: LaneInstant
    /// When the step that failed started, for a step that is done because of that failure; nil otherwise.
    public let failedSince: LaneInstant?
    /// The end of the block, for a step in the background; nil for an ordinary step.
    ///
    /// A kind that waits for it ends by itself; others are cancelled when the block ends.
    public let ending: BlockEnding?
    /// The phone's place among the phones of its play; nil when that is not known.
    public let place: TargetPlace?
    /// The run's cap on a command's output, in bytes of each of output and error.
    public let outputLimit: Int
    /// Ends the present link and connects anew; the run uses the new link from then on.
    ///
    /// Throws ``PhoneError`` when the phone does not answer; may be called again then.
    public let reconnect: @Sendable () async throws -> any ConnectedPhone
    /// What `need` saw, for `perform` of the same attempt.
    public let notes: StepNotes

    /// Collects what a step is given.
    public init(
        scope: Scope, payloads: any PayloadProviding, progress: ProgressMeter, memory: any PhoneMemory, tag: String,
        pullFolder: ContainedPath, previousStart: LaneInstant, failedSince: LaneInstant? = nil,
        ending: BlockEnding? = nil,
        place: TargetPlace? = nil, outputLimit: Int = 1 << 20,
        reconnect: @escaping @Sendable () async throws -> any ConnectedPhone
    ) {
        self.scope = scope
        self.payloads = payloads
        self.progress = progress
        self.memory = memory
        self.tag = tag
        self.pullFolder = pullFolder
        self.previousStart = previousStart
        self.failedSince = failedSince
        self.ending = ending
        self.place = place
        self.outputLimit = outputLimit
        self.reconnect = reconnect
        notes = StepNotes()
    }

    /// The same with another scope.
    public convenience init(_ context: StepContext, scope: Scope) {
        self.init(
            scope: scope, payloads: context.payloads, progress: context.progress, memory: context.memory,
            tag: context.tag, pullFolder: context.pullFolder, previousStart: context.previousStart,
            failedSince: context.failedSince, ending: context.ending, place: context.place,
            outputLimit: context.outputLimit, reconnect: context.reconnect)
    }
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
