import Journal
public import PlaybookLanguage
public import SourceText

/// What stands in a list of planned steps.
public enum PlannedEntry: Sendable {
    /// A step.
    case step(PlannedStep)
    /// Several entries that belong together.
    case block(PlannedBlock)

    /// Its place in its list, from 0.
    public var position: Int {
        switch self {
        case .step(let step): step.position
        case .block(let block): block.position
        }
    }

    /// The labels of the steps in it.
    func labels(isForFailures: Bool) -> [StepLabel] {
        switch self {
        case .step(let step): [step.label(isForFailures: isForFailures)]
        case .block(let block):
            block.steps.flatMap { $0.labels(isForFailures: isForFailures) }
                + block.rescue.flatMap { $0.labels(isForFailures: true) }
                + block.always.flatMap { $0.labels(isForFailures: isForFailures) }
        }
    }

    /// The steps in it, in order; those of a block with what rescues and ends it.
    var steps: [PlannedStep] {
        switch self {
        case .step(let step): [step]
        case .block(let block): block.all.flatMap(\.steps)
        }
    }
}

/// Steps that belong together, of a `block` or an included file.
public final class PlannedBlock: Sendable {
    /// Its place in its list, from 0.
    public let position: Int
    /// What to call it before any phone is known.
    public let title: String
    /// Whether it is for a phone at all.
    public let when: Expression?
    /// Whether it is done once for each member of a list.
    public let loop: LoopCall?
    /// The limit that it holds from its first step to its last, by its place in the play's ``PlannedPlay/throttles``.
    public let throttle: Int?
    /// Variables of the block.
    public let variables: [String: Argument<Value>]
    /// What `inputs` means inside, for an included file.
    public let inputs: [String: Argument<Value>]?
    /// Its steps.
    public let steps: [PlannedEntry]
    /// What is done when one of them failed.
    public let rescue: [PlannedEntry]
    /// What is done in the end, whatever happened.
    public let always: [PlannedEntry]
    /// Where it is written.
    public let span: SourceSpan
    private let continueOnError: Argument<Bool>?

    init(
        _ call: BlockCall, title: String, throttle: Int?, steps: [PlannedEntry], rescue: [PlannedEntry],
        always: [PlannedEntry]
    ) {
        position = call.position
        self.title = title
        when = call.when
        loop = call.loop
        self.throttle = throttle
        variables = call.variables
        inputs = call.inputs
        self.steps = steps
        self.rescue = rescue
        self.always = always
        span = call.keywordSpan
        continueOnError = call.continueOnError
    }

    /// All entries, in order.
    var all: [PlannedEntry] { steps + rescue + always }

    /// The scope inside, given the one around it.
    ///
    /// - Throws: ``PlaybookError`` when an input of an included file cannot be evaluated.
    public func scope(in outer: Scope) throws(PlaybookError) -> Scope {
        var inner = outer.inside(stepVariables: variables)
        guard let inputs else { return inner }
        var values: [String: Value] = [:]
        for (name, argument) in inputs { values[name] = try argument.value(in: outer) }
        inner.inputsInside = values
        return inner
    }

    /// Whether the block is for this phone.
    ///
    /// - Throws: ``PlaybookError`` when `when` cannot be evaluated, or is not true or false.
    public func applies(in scope: Scope) throws(PlaybookError) -> Bool { try when.holds(in: scope) }

    /// Whether a failure inside lets the phone go on behind the block.
    ///
    /// - Throws: ``PlaybookError`` when it cannot be evaluated.
    public func toleratesFailure(in scope: Scope) throws(PlaybookError) -> Bool {
        try continueOnError?.optionalValue(in: scope) ?? false
    }
}

extension Expression? {
    /// Whether a condition holds; one that is not written does.
    ///
    /// - Throws: ``PlaybookError`` when it cannot be evaluated, or is not true or false.
    func holds(in scope: Scope) throws(PlaybookError) -> Bool {
        guard let self else { return true }
        switch try self.value(in: scope) {
        case .boolean(let answer): return answer
        case .unknown: throw .notKnownYet(at: self.span)
        default: throw PlaybookError(.wrongType, "`when` is neither true nor false here", at: self.span)
        }
    }
}

extension LoopCall {
    /// The most members that one loop may have.
    public static let mostItems = 10_000

    /// The members on one phone.
    ///
    /// - Throws: ``PlaybookError`` when they cannot be evaluated, are no list, or are too many.
    public func members(in scope: Scope) throws(PlaybookError) -> [Value] {
        let value = try items.value(in: scope)
        if value == .unknown { throw .notKnownYet(at: span) }
        guard case .list(let members) = value else {
            throw PlaybookError(.wrongType, "a loop goes over a list", at: span)
        }
        guard members.count <= Self.mostItems else {
            throw PlaybookError(
                .tooLarge, "a loop has at most \(Self.mostItems) members, this one has \(members.count)", at: span)
        }
        return members
    }

    /// How many members are done at the same time on one phone.
    ///
    /// - Throws: ``PlaybookError`` when it cannot be evaluated.
    public func width(in scope: Scope) throws(PlaybookError) -> Int {
        max(1, try maxParallel?.optionalValue(in: scope) ?? 1)
    }

    /// The scope for one member.
    public func scope(for member: Value, at index: Int, in outer: Scope) -> Scope {
        var inner = outer
        inner.item = member
        inner.index = index
        if let variable { inner.loopVariables[variable] = member }
        return inner
    }
}
