public import SourceText

/// What can stand in a list of steps.
public indirect enum StepEntry: Sendable {
    /// A step.
    case step(StepCall)
    /// Several entries that belong together.
    case block(BlockCall)

    /// Its place in its list, from 0; `rescue`, `always` and `on-failure` count on where the list before them ended.
    public var position: Int {
        switch self {
        case .step(let step): step.position
        case .block(let block): block.position
        }
    }
}

/// One step of a playbook.
public struct StepCall: Sendable {
    /// Its place in its list, from 0.
    public let position: Int
    /// The word that names its kind.
    public let keyword: String
    /// What it does.
    public let action: StepAction
    /// Its heading, when it has one.
    public let name: Template?
    /// The name under which later steps ask for its results.
    public let id: String?
    /// Whether it is for this phone at all.
    public let when: Expression?
    /// Whether it is done once for each member of a list.
    public let loop: LoopCall?
    /// The bound on each attempt; the kind's default when nil.
    public let timeout: Argument<Duration>?
    /// How long no byte may move while bytes are due; the kind's default when nil.
    public let stall: Argument<Duration>?
    /// How many more attempts there may be; none unless written, three when `until` is.
    public let retries: Argument<Int>?
    /// How long to wait before another attempt; a default with jitter when nil.
    public let delay: Argument<Duration>?
    /// What must hold of an attempt's result; it is repeated until then.
    public let until: Expression?
    /// Which failures are repeated; nil for all that the kind allows.
    public let retryOn: Set<FailureKind>?
    /// How many may do it at the same time.
    public let throttle: ThrottleCall?
    /// Its tags, those of the blocks around it among them.
    public let tags: Set<String>
    /// Whether the next step begins while this one goes on, until the end of its block.
    public let isBackground: Bool
    /// What the result must be to pass.
    public let expect: Expectation?
    /// Whether the step counts as a change; the kind knows when nil.
    public let changes: Argument<Bool>?
    /// A command that says by exit code 0 that there is nothing to do.
    public let unless: ShellTemplate?
    /// Whether a failure lets the phone go on.
    public let continueOnError: Argument<Bool>?
    /// Variables of this step alone.
    public let variables: [String: Argument<Value>]
    /// Where the step stands.
    public let span: SourceSpan
    /// Where its keyword stands.
    public let keywordSpan: SourceSpan

    /// The heading, or the keyword.
    public var title: String { name?.source ?? keyword }

    /// What the vocabulary made of it; nil for what happens in the run itself.
    public var kind: (any Sendable)? {
        guard case .kind(let kind) = action else { return nil }
        return kind
    }
}

/// What a step does: something to a phone, or something in the run itself.
public enum StepAction: Sendable {
    /// A step kind's value, made by the vocabulary.
    case kind(any Sendable)
    /// Gives variables new values, for the rest of this target's way.
    case set([String: Argument<Value>])
    /// Fails unless all of these hold.
    case assert([Expression], message: Template?)
    /// Waits for a time or a person.
    case pause(PauseCall)
    /// Waits until every target of the wave that goes on has come here.
    case sync
}

/// `loop: [a, b]`, or `loop: { over: ..., as: name, max-parallel: 2 }`.
public struct LoopCall: Sendable {
    /// The members.
    public let items: Argument<Value>
    /// The variable that holds the member, beside `item`.
    public let variable: String?
    /// How many members are done at the same time on one phone; 1 when nil.
    public let maxParallel: Argument<Int>?
    /// Where it stands.
    public let span: SourceSpan
}

/// `throttle: 5`, or `throttle: { at-most: 2, per: server }`.
public struct ThrottleCall: Sendable {
    /// What shares the limit.
    public enum Sharing: String, Hashable, Sendable, CaseIterable {
        /// The whole run.
        case run
        /// The phones of one server.
        case server
        /// The phones of one USB host.
        case usbHost = "usb-host"
    }

    /// How many at the same time.
    public let atMost: Argument<Int>
    /// Among whom.
    public let per: Sharing
    /// Where it stands.
    public let span: SourceSpan
}

/// Steps that belong together: a `block`, or what an `include` brought in.
public struct BlockCall: Sendable {
    /// Its place in its list, from 0.
    public let position: Int
    /// Its heading, when it has one.
    public let name: Template?
    /// Whether it is for this phone at all.
    public let when: Expression?
    /// Whether it is done once for each member of a list.
    public let loop: LoopCall?
    /// How many may be in it at the same time.
    public let throttle: ThrottleCall?
    /// Its tags, those of the blocks around it among them.
    public let tags: Set<String>
    /// Whether a failure in it lets the phone go on.
    public let continueOnError: Argument<Bool>?
    /// Variables of this block.
    public let variables: [String: Argument<Value>]
    /// What `inputs` means inside, for an included file; nil for a block.
    public let inputs: [String: Argument<Value>]?
    /// The included file's name as it was written; nil for a block.
    public let include: String?
    /// Its steps; positions from 0.
    public let steps: [StepEntry]
    /// What is done when one of them failed; if it succeeds the failure is `rescued`.
    ///
    /// Positions follow ``steps``.
    public let rescue: [StepEntry]
    /// What is done in the end, whatever happened.
    ///
    /// Positions follow ``rescue``.
    public let always: [StepEntry]
    /// Where the block stands.
    public let span: SourceSpan
    /// Where its keyword stands.
    public let keywordSpan: SourceSpan
}

/// What the result of a step must be: `expect: { exit: 0, output: versionName=1. }`.
public struct Expectation: Sendable {
    /// The exit code.
    public let exit: Argument<Int>?
    /// A text that the output contains.
    public let output: Argument<String>?
    /// A pattern that is found in the output.
    public let outputMatches: Argument<Pattern>?
    /// Where it stands.
    public let span: SourceSpan
}

extension BlockCall {
    /// The same block with only some of its steps.
    public func with(steps: [StepEntry]) -> BlockCall {
        BlockCall(
            position: position, name: name, when: when, loop: loop, throttle: throttle, tags: tags,
            continueOnError: continueOnError, variables: variables, inputs: inputs, include: include, steps: steps,
            rescue: rescue, always: always, span: span, keywordSpan: keywordSpan)
    }
}
