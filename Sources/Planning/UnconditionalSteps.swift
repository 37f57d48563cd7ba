import PlaybookLanguage
import SourceText
import Steps

/// An entry of a playbook or of a plan, as far as a ``ServiceCheck`` looks into it.
protocol CheckedEntry {
    /// What it comes to for every target; nil when a `when` may keep it from some, or when nothing is done to them.
    var unconditional: Unconditional<Self>? { get }
}

/// What an entry comes to for every target of its play.
enum Unconditional<Entry> {
    case step(title: String, any StepKind, SourceSpan?)
    /// Everything that is done in any case, and what is done after a failure.
    case block(steps: [Entry], rescue: [Entry])
}

extension ServiceCheck.Step {
    /// The steps that no `when` keeps from a target.
    ///
    /// - Parameters:
    ///   - steps: The entries of a play or of a block.
    ///   - onFailure: Those that are done after a failure.
    ///   - isAfterFailure: Whether all of them are only done after a failure.
    static func unconditional<Entry: CheckedEntry>(
        in steps: [Entry], onFailure: [Entry], isAfterFailure: Bool = false
    ) -> [Self] {
        let inAnyCase = steps.flatMap { entry -> [Self] in
            switch entry.unconditional {
            case .step(let title, let kind, let span):
                [Self(title: title, kind: kind, span: span, isAfterFailure: isAfterFailure)]
            case .block(let steps, let rescue):
                unconditional(in: steps, onFailure: rescue, isAfterFailure: isAfterFailure)
            case nil: []
            }
        }
        return onFailure.isEmpty
            ? inAnyCase : inAnyCase + unconditional(in: onFailure, onFailure: [], isAfterFailure: true)
    }
}

extension StepEntry: CheckedEntry {
    var unconditional: Unconditional<Self>? {
        switch self {
        case .step(let call):
            guard call.when == nil, let kind = call.kind as? any StepKind else { return nil }
            return .step(title: call.name?.source ?? kind.summary, kind, call.keywordSpan)
        case .block(let block):
            return block.when == nil ? .block(steps: block.steps + block.always, rescue: block.rescue) : nil
        }
    }
}

extension PlannedEntry: CheckedEntry {
    var unconditional: Unconditional<Self>? {
        switch self {
        case .step(let step):
            guard step.when == nil, let kind = step.kind else { return nil }
            return .step(title: step.title, kind, step.span)
        case .block(let block):
            return block.when == nil ? .block(steps: block.steps + block.always, rescue: block.rescue) : nil
        }
    }
}
