public import Farm

/// The first line of a journal: what was asked for, and of whom.
public struct RunHeader: Hashable, Sendable {
    /// The run's name, such as `2026-11-20-brave-otter`.
    public var id: RunID
    /// The playbook as it was named on the command line; nil for a one-step run.
    public var playbook: String?
    /// The playbook's own name, or the one-step command.
    public var title: String
    /// The command line, word by word, without secrets.
    public var commandLine: [String]
    /// The inputs' values as text, without secrets.
    public var inputs: [String: String]
    /// Everyone who was to be taken through the steps; fixed from here on.
    public var targets: [TargetID]
    /// The steps of the plan, in order.
    public var steps: [StepLabel]
    /// What every random choice of the run was drawn from.
    public var seed: UInt64
    /// The version of drover that ran.
    public var version: String
    /// How many targets may be under way at once.
    public var window: Int
    /// The plays; empty when there is only one.
    public var plays: [PlayLabel]

    /// Makes a header.
    public init(
        id: RunID,
        playbook: String? = nil,
        title: String,
        commandLine: [String] = [],
        inputs: [String: String] = [:],
        targets: [TargetID],
        steps: [StepLabel],
        seed: UInt64 = 0,
        version: String = "",
        window: Int = 0,
        plays: [PlayLabel] = []
    ) {
        self.id = id
        self.playbook = playbook
        self.title = title
        self.commandLine = commandLine
        self.inputs = inputs
        self.targets = targets
        self.steps = steps
        self.seed = seed
        self.version = version
        self.window = window
        self.plays = plays
    }
}

/// What people call a play, and how many it is for.
public struct PlayLabel: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// How many targets it has.
    public var targetCount: Int
    /// Their positions in the header's list; nil when it is for everyone.
    public var members: [Int]?

    /// Makes a label.
    public init(name: String, targetCount: Int, members: [Int]? = nil) {
        self.name = name
        self.targetCount = targetCount
        self.members = members
    }
}
