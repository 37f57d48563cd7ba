public import Journal
public import PlaybookLanguage
public import SourceText
public import Steps

/// One step of a plan: what to do, and everything that was decided about when and how long.
///
/// An object that all phones share, as it is some fifty references wide.
public final class PlannedStep: Sendable {
    /// What a planned step does.
    public enum Action: Sendable {
        /// Something to a phone.
        case kind(any StepKind)
        /// Something in the run itself: `set`, `assert`, `pause` or `sync`.
        case own(StepAction)
    }

    /// Where it stands in the plan, without the members of loops around it.
    public let path: StepPath
    /// What it does.
    public let action: Action
    /// The author's heading, when there is one; it may hold values of the phone.
    public let name: Template?
    /// The name under which later steps ask for its results.
    public let id: String?
    /// Whether it is for a phone at all.
    public let when: Expression?
    /// Whether it is done once for each member of a list.
    public let loop: LoopCall?
    /// What must hold of an attempt's result.
    public let until: Expression?
    /// Which failures are repeated; nil for all that the kind allows.
    public let retryOn: Set<FailureKind>?
    /// The limit of its own, by its place in the play's ``PlannedPlay/throttles``.
    public let throttle: Int?
    /// Whether the next step begins while this one goes on.
    public let isBackground: Bool
    /// When it is due, and how its outcome counts.
    public let conduct: StepConduct
    /// Variables of this step alone.
    public let variables: [String: Argument<Value>]
    /// Where it is written; nil for one-step runs.
    public let span: SourceSpan?

    /// What to show of it before any phone is known: the author's heading, or the step in a few words.
    public let title: String

    /// The step kind's word.
    public let keyword: String
    /// The limit that it counts against.
    public let load: StepLoad
    /// Whether it may be repeated after the phone was lost with the request on its way.
    public let mayRepeatAfterSent: Bool

    private let summary: String
    private let standardStall: Duration
    private let heading: String?
    private let timeout: Argument<Duration>?
    private let stall: Argument<Duration>?
    private let retries: Argument<Int>?
    private let delay: Argument<Duration>?
    private let continueOnError: Argument<Bool>?

    /// Takes a step of a playbook.
    ///
    /// - Parameters:
    ///   - action: What it does; a kind was made by the catalog.
    ///   - throttle: Its limit's place in the play's ``PlannedPlay/throttles``.
    ///   - scope: What is known at its place before any phone is, for its title.
    init(_ call: StepCall, _ action: Action, path: StepPath, throttle: Int?, scope: Scope) {
        switch action {
        case .kind(let kind):
            let manual = kind.manual
            load = manual.load
            mayRepeatAfterSent = manual.mayRepeatAfterSent
            standardStall = manual.stall
            summary = kind.summary(in: scope)
        case .own(let action):
            load = .light
            mayRepeatAfterSent = true
            standardStall = .seconds(60)
            summary = action.summary(keyword: call.keyword)
        }
        keyword = call.keyword
        // Values of the phone are not known yet; the heading then stands as it was written.
        heading = call.name.map { name in (try? name.text(in: scope)) ?? name.source }
        title = heading ?? summary
        self.path = path
        self.action = action
        name = call.name
        id = call.id
        when = call.when
        loop = call.loop
        until = call.until
        retryOn = call.retryOn
        self.throttle = throttle
        isBackground = call.isBackground
        conduct = StepConduct(unless: call.unless, expect: call.expect, changes: call.changes)
        variables = call.variables
        span = call.keywordSpan
        timeout = call.timeout
        stall = call.stall
        retries = call.retries
        delay = call.delay
        continueOnError = call.continueOnError
    }

    /// Makes the only step of a one-step run.
    init(
        kind: any StepKind, timeout: Duration? = nil, stall: Duration? = nil, retries: Int? = nil,
        conduct: StepConduct = StepConduct()
    ) {
        let manual = kind.manual
        keyword = manual.keyword
        load = manual.load
        mayRepeatAfterSent = manual.mayRepeatAfterSent
        standardStall = manual.stall
        path = StepPath(step: 0)
        action = .kind(kind)
        summary = kind.summary
        heading = nil
        title = summary
        name = nil
        id = nil
        when = nil
        loop = nil
        until = nil
        retryOn = nil
        throttle = nil
        isBackground = false
        self.conduct = conduct
        variables = [:]
        span = nil
        self.timeout = timeout.map { Argument($0) }
        self.stall = stall.map { Argument($0) }
        self.retries = retries.map { Argument($0) }
        delay = nil
        continueOnError = nil
    }

    /// Its place in its list, from 0.
    public var position: Int { path.number - 1 }

    /// What it does to a phone; nil for what happens in the run itself.
    public var kind: (any StepKind)? {
        guard case .kind(let kind) = action else { return nil }
        return kind
    }

    /// Whether everybody waits here for everybody.
    public var isBarrier: Bool {
        guard case .own(.sync) = action else { return false }
        return true
    }

    /// What it can do to a phone.
    public var stepClass: StepClass { kind?.stepClass ?? .read }

    /// The step as journals and reports call it.
    public var label: StepLabel { label(isForFailures: false) }

    func label(isForFailures: Bool) -> StepLabel {
        StepLabel(
            path: path, keyword: keyword, id: id, name: heading, summary: summary, place: span?.place,
            isForFailures: isForFailures)
    }

    /// The scope inside this step, given the phone's.
    public func scope(in phone: Scope) -> Scope { phone.inside(stepVariables: variables) }

    /// Whether the step is for this phone.
    ///
    /// - Throws: ``PlaybookError`` when `when` cannot be evaluated, or is not true or false.
    public func applies(in scope: Scope) throws(PlaybookError) -> Bool { try when.holds(in: scope) }

    /// The time limits and repetitions on one phone.
    ///
    /// - Throws: ``PlaybookError`` when one of them cannot be evaluated.
    public func timing(in scope: Scope) throws(PlaybookError) -> StepTiming {
        // What is asked for until it holds is asked more than once, unless the playbook says otherwise.
        let usualRetries = until == nil ? 0 : 3
        let usualDelay: Duration? = until == nil ? nil : .seconds(5)
        return StepTiming(
            timeout: try timeout?.optionalValue(in: scope) ?? standardTimeout,
            stall: try stall?.optionalValue(in: scope) ?? standardStall,
            retries: try retries?.optionalValue(in: scope) ?? usualRetries,
            delay: try delay?.optionalValue(in: scope) ?? usualDelay, isTimeoutWritten: timeout != nil)
    }

    /// Whether the timing is the same for all phones, since it was written as plain values or not at all.
    public var hasFixedTiming: Bool {
        let durations = [timeout, stall, delay]
        return durations.allSatisfy { $0.map { $0.literal != nil } ?? true }
            && (retries.map { $0.literal != nil } ?? true)
            && (continueOnError.map { $0.literal != nil } ?? true)
    }

    /// Whether a failure lets the phone go on to the next step.
    ///
    /// - Throws: ``PlaybookError`` when it cannot be evaluated.
    public func toleratesFailure(in scope: Scope) throws(PlaybookError) -> Bool {
        try continueOnError?.optionalValue(in: scope) ?? false
    }

    private var standardTimeout: Duration { kind?.timeout ?? .seconds(60) }

    // How the timing reads before any phone is known: what was written, or the default.
    var timeoutText: String { kind == nil ? "-" : Self.words(timeout, else: standardTimeout) }
    var stallText: String { Self.words(stall, else: standardStall) }
    var retriesText: String? { retries.map(\.sourceText) }

    private static func words(_ argument: Argument<Duration>?, else standard: Duration) -> String {
        guard let argument else { return durationText(standard) }
        return argument.literal.map { durationText($0) } ?? argument.sourceText
    }
}

extension StepAction {
    /// The step in a few words.
    func summary(keyword: String) -> String {
        switch self {
        case .kind: keyword
        case .set(let values): "set \(values.keys.sorted().joined(separator: ", "))"
        case .assert(let conditions, _): "assert \(conditions.map(\.span.text).joined(separator: ", "))"
        case .pause(.duration(let argument)): "pause \(argument.literal.map(durationText) ?? argument.sourceText)"
        case .pause(.person(let text)): "pause for a person" + (text.map { ": \($0.source)" } ?? "")
        case .sync: "sync"
        }
    }
}

/// The time limits and repetitions of a step on one phone.
public struct StepTiming: Hashable, Sendable {
    /// The bound on each attempt; waiting for limits does not count.
    public let timeout: Duration
    /// How long no byte may move while bytes are due.
    public let stall: Duration
    /// How many more attempts there may be after the first.
    public let retries: Int
    /// How long to wait before another attempt; the runner's own back-off when nil.
    public let delay: Duration?
    /// Whether ``timeout`` is the playbook's own, and not what is usual for a phone that is spoken with.
    public let isTimeoutWritten: Bool

    /// Collects the limits.
    public init(
        timeout: Duration, stall: Duration, retries: Int = 0, delay: Duration? = nil, isTimeoutWritten: Bool = false
    ) {
        self.isTimeoutWritten = isTimeoutWritten
        self.timeout = timeout
        self.stall = stall
        self.retries = retries
        self.delay = delay
    }
}
