import Glibc
public import Secrets

/// The folder of one run: `runs/<id>/` with the journal, the frozen plan, long outputs and pulled files.
public struct RunFolder: Hashable, Sendable {
    /// The run's name, which is also the folder's.
    public let id: RunID
    /// The folder.
    public let path: String

    /// The journal: one JSON object on each line.
    public var journalPath: String { "\(path)/journal.jsonl" }
    /// The plan as it was when the run started.
    public var planPath: String { "\(path)/plan.json" }
    /// Long outputs, each named by its hash.
    public var outputsPath: String { "\(path)/outputs" }
    /// What `pull` brought, a folder for each phone.
    public var pulledPath: String { "\(path)/pulled" }

    /// The pipe by which the run is told things while it goes on.
    public var controlPath: String { "\(path)/control" }

    /// Names the folder of a run that is there already.
    public init(_ id: RunID, in runs: String) {
        self.id = id
        path = "\(runs)/\(id)"
    }

    /// Makes the folder of a new run, under a name that nobody has yet.
    ///
    /// - Parameters:
    ///   - runs: The folder that holds all runs; made when it is missing.
    ///   - seconds: Seconds since 1970, for the name.
    ///   - random: Where the name's words are drawn from.
    /// - Throws: ``JournalError``.
    public static func create(
        in runs: String,
        at seconds: Int,
        drawing random: inout some RandomNumberGenerator
    ) throws(JournalError) -> Self {
        try makeFolder(runs, acceptsExisting: true)
        for attempt in 0... {
            var id = RunID(at: seconds, drawing: &random)
            if attempt > 20 { id = id.numbered(attempt) }
            let folder = Self(id, in: runs)
            guard try makeFolder(folder.path, acceptsExisting: false) else { continue }
            try makeFolder(folder.outputsPath, acceptsExisting: false)
            try makeFolder(folder.pulledPath, acceptsExisting: false)
            return folder
        }
        throw JournalError(.notWritable, operation: "create a run in \(runs)", reason: "every name is taken")
    }

    /// Makes the folder of a new run that starts now.
    ///
    /// - Throws: ``JournalError``.
    public static func create(in runs: String) throws(JournalError) -> Self {
        var random = SystemRandomNumberGenerator()
        return try create(in: runs, at: time(nil), drawing: &random)
    }

    /// Freezes the plan, whole or not at all.
    ///
    /// - Parameter redactor: What every text passes on its way into the file.
    /// - Throws: ``JournalError``.
    public func write(_ plan: FrozenPlan, redactor: Redactor = Redactor()) throws(JournalError) {
        let part = "\(planPath).part"
        unlink(part)
        try OwnedFile(creating: part).write(plan.json(redactor))
        guard rename(part, planPath) == 0 else {
            throw JournalError(.notWritable, operation: "write \(planPath)", errno: errno)
        }
    }

    /// - Returns: Whether the folder is new.
    @discardableResult
    private static func makeFolder(_ path: String, acceptsExisting: Bool) throws(JournalError) -> Bool {
        if mkdir(path, 0o755) == 0 { return true }
        guard errno == EEXIST else { throw JournalError(.notWritable, operation: "create \(path)", errno: errno) }
        return acceptsExisting
    }
}
