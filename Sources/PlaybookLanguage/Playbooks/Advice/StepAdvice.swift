import SourceText

/// Looks for steps that do not do what they seem to: never run, never reached, ended at once, or kept from their work.
struct StepAdvice {
    private let vocabulary: any StepVocabulary
    private var diagnostics = Diagnostics()

    static func look(
        at plays: [PlayCall], _ vocabulary: any StepVocabulary, _ diagnostics: inout Diagnostics
    ) {
        var advice = StepAdvice(vocabulary: vocabulary)
        for play in plays {
            advice.look(at: play.steps, endOf: "the play")
            advice.look(at: play.onFailure, endOf: "`on-failure`")
        }
        diagnostics.add(contentsOf: advice.diagnostics)
    }

    private init(vocabulary: any StepVocabulary) { self.vocabulary = vocabulary }

    /// Looks at one list; answers whether it is certain that it fails.
    @discardableResult
    private mutating func look(at entries: [StepEntry], endOf what: String) -> Bool {
        var failing: StepEntry?
        for entry in entries {
            if let failure = failing {
                diagnostics.add(
                    Diagnostic(
                        .warning, rule: "unreachable", "this is never reached", at: entry.keywordSpan,
                        notes: [.init("this always fails", at: failure.keywordSpan)]))
                break
            }
            if look(at: entry) { failing = entry }
        }
        if case .step(let last)? = entries.last, last.isBackground {
            diagnostics.warning(
                "ends-at-once", "this step ends as soon as it begins, with \(what)", at: last.keywordSpan,
                help: "a background step goes on until its list ends; put it before the steps that it accompanies")
        }
        return failing != nil
    }

    /// Looks at one entry; answers whether it is certain that it fails.
    private mutating func look(at entry: StepEntry) -> Bool {
        switch entry {
        case .step(let step):
            let runs = look(at: step.when, step.loop)
            checkRepetition(step)
            checkDelivery(step)
            guard runs, step.when == nil, step.continueOnError == nil, step.loop == nil,
                case .assert(let conditions, _) = step.action
            else { return false }
            return conditions.contains { Self.constant($0) == false }
        case .block(let block):
            let runs = look(at: block.when, block.loop)
            let what = block.include == nil ? "the block" : "the included file"
            let fails = look(at: block.steps, endOf: what)
            look(at: block.rescue, endOf: "`rescue`")
            look(at: block.always, endOf: "`always`")
            return fails && runs && block.rescue.isEmpty && block.when == nil && block.continueOnError == nil
                && block.loop == nil
        }
    }

    /// Whether it may run at all.
    private mutating func look(at when: Expression?, _ loop: LoopCall?) -> Bool {
        if let when, Self.constant(when) == false {
            diagnostics.warning("never-runs", "this is never true, so this never runs", at: when.span)
            return false
        }
        if let loop, case .list(let members)? = loop.items.literal, members.isEmpty {
            diagnostics.warning("never-runs", "a loop over nothing, so this never runs", at: loop.span)
            return false
        }
        return true
    }

    private mutating func checkRepetition(_ step: StepCall) {
        guard step.until == nil, step.retries == nil || step.retries?.literal == 0 else { return }
        if let delay = step.delay {
            diagnostics.warning(
                "no-effect", "`delay` stands between attempts, and there is only one", at: delay.span,
                help: "add `retries: 2`")
        }
        if step.retryOn != nil, step.retries == nil {
            diagnostics.warning(
                "no-effect", "`retry-on` says which failures are repeated, and none is", at: step.keywordSpan,
                help: "add `retries: 2`")
        }
    }

    /// A delivery looks at the phone itself; what another step changed says less than that.
    private mutating func checkDelivery(_ step: StepCall) {
        guard vocabulary.isDelivery(step.keyword), let when = step.when else { return }
        when.root.each { term in
            guard let (base, name) = term.asked, name == "changed", let (root, id) = base.asked,
                root.shape == .name("steps")
            else { return }
            diagnostics.warning(
                "delivery-on-changed",
                "`\(step.keyword)` knows by itself whether there is anything to do; when the run is repeated, `\(id)` "
                    + "changes nothing, and this is left out",
                at: when.origin.span(of: term.range), help: "leave out the condition")
        }
    }

    /// What an expression is worth that speaks of nothing but itself.
    private static func constant(_ expression: Expression) -> Bool? {
        var isConstant = true
        expression.root.each { if case .name = $0.shape { isConstant = false } }
        guard isConstant, case .boolean(let value)? = try? expression.value(in: Scope()) else { return nil }
        return value
    }
}

extension StepEntry {
    /// Where its keyword stands.
    var keywordSpan: SourceSpan {
        switch self {
        case .step(let step): step.keywordSpan
        case .block(let block): block.keywordSpan
        }
    }
}
