public import Farm
public import Journal
public import PlaybookLanguage
public import SourceText
public import Steps

/// One step of a plan: what to do, and everything that was decided about when and how long.
///
/// An object that all phones share, as it is some fifty references wide.
public final class PlannedStep: Sendable {
    /// Where it stands in the plan.
    public let path: StepPath
    /// What it does.
    public let kind: any StepKind
    /// The author's heading, when there is one; it may hold values of the phone.
    public let name: Template?
    /// The name under which later steps ask for its results.
    public let id: String?
    /// Whether it is for a phone at all.
    public let when: Expression?
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

    /// Takes a step of a playbook, whose kind was made by the catalog.
    init(_ call: StepCall, kind: any StepKind, shared: SharedScope) {
        let manual = kind.manual
        keyword = manual.keyword
        load = manual.load
        mayRepeatAfterSent = manual.mayRepeatAfterSent
        standardStall = manual.stall
        let scope = Scope(shared)
        summary = kind.summary(in: scope)
        // Values of the phone are not known yet; the heading then stands as it was written.
        heading = call.name.map { name in (try? name.text(in: scope)) ?? name.source }
        title = heading ?? summary
        path = StepPath(step: call.position)
        self.kind = kind
        name = call.name
        id = call.id
        when = call.when
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
        self.kind = kind
        summary = kind.summary
        heading = nil
        title = summary
        name = nil
        id = nil
        when = nil
        self.conduct = conduct
        variables = [:]
        span = nil
        self.timeout = timeout.map { Argument($0) }
        self.stall = stall.map { Argument($0) }
        self.retries = retries.map { Argument($0) }
        delay = nil
        continueOnError = nil
    }

    /// What it can do to a phone.
    public var stepClass: StepClass { kind.stepClass }

    /// The step as journals and reports call it.
    public var label: StepLabel {
        StepLabel(
            path: path, keyword: keyword, id: id, name: heading, summary: summary, place: span?.place)
    }

    /// The scope inside this step, given the phone's.
    public func scope(in phone: Scope) -> Scope { phone.inside(stepVariables: variables) }

    /// Whether the step is for this phone.
    ///
    /// - Throws: ``PlaybookError`` when `when` cannot be evaluated, or is not true or false.
    public func applies(in scope: Scope) throws(PlaybookError) -> Bool {
        guard let when else { return true }
        guard case .boolean(let answer) = try when.value(in: scope) else {
            throw PlaybookError(.wrongType, "`when` is neither true nor false here", at: when.span)
        }
        return answer
    }

    /// The time limits and repetitions on one phone.
    ///
    /// - Throws: ``PlaybookError`` when one of them cannot be evaluated.
    public func timing(in scope: Scope) throws(PlaybookError) -> StepTiming {
        StepTiming(
            timeout: try timeout?.optionalValue(in: scope) ?? kind.timeout,
            stall: try stall?.optionalValue(in: scope) ?? standardStall,
            retries: try retries?.optionalValue(in: scope) ?? 0,
            delay: try delay?.optionalValue(in: scope))
    }

    /// Whether a failure lets the phone go on to the next step.
    ///
    /// - Throws: ``PlaybookError`` when it cannot be evaluated.
    public func toleratesFailure(in scope: Scope) throws(PlaybookError) -> Bool {
        try continueOnError?.optionalValue(in: scope) ?? false
    }

    /// Looks whether the step is due.
    public func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        try await kind.need(on: phone, context: context, conduct: conduct)
    }

    /// Does the work and judges the outcome.
    public func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        try await kind.perform(on: phone, context: context, conduct: conduct)
    }

    // How the timing reads before any phone is known: what was written, or the default.
    var timeoutText: String { Self.words(timeout, else: kind.timeout) }
    var stallText: String { Self.words(stall, else: standardStall) }
    var retriesText: String? { retries.map(\.sourceText) }

    private static func words(_ argument: Argument<Duration>?, else standard: Duration) -> String {
        guard let argument else { return durationText(standard) }
        return argument.literal.map { durationText($0) } ?? argument.sourceText
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

    /// Collects the limits.
    public init(timeout: Duration, stall: Duration, retries: Int = 0, delay: Duration? = nil) {
        self.timeout = timeout
        self.stall = stall
        self.retries = retries
        self.delay = delay
    }
}
