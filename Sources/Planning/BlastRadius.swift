import PlaybookLanguage
public import Steps

/// What stands between a plan and a farm that somebody did not mean.
///
/// Up to ``freeCount`` phones most may be done unasked. Beyond that a step that disrupts or destroys, and a one-off
/// command that changes phones, needs a person's word: an answer on a terminal, `--yes` for what disrupts, `--allow CLASS`
/// for what is worse. A server stands for all phones that it carries, and so is always too much; what costs money or may
/// lock people out needs the word for a single target.
public enum BlastRadius: Hashable, Sendable {
    /// Nothing to ask.
    case free
    /// A person at the terminal is to be asked; the answer that goes on is the number of phones.
    case ask(question: String, answer: String)
    /// Nobody can be asked: the flag is missing.
    case needs(flag: String, because: String)

    /// So many phones may be hit unasked.
    public static let freeCount = 20

    /// Judges a plan.
    ///
    /// - Parameters:
    ///   - isOneOff: Whether it is `exec`, `uninstall`, `clear-data` or `reboot` typed on the command line; then even a
    ///     harmless class counts.
    ///   - isInteractive: Whether a person can be asked.
    ///   - saysYes: Whether `--yes` was given.
    ///   - allowed: The classes named by `--allow`.
    public static func judge(
        _ plan: Plan, isOneOff: Bool, isInteractive: Bool, saysYes: Bool, allowed: Set<StepClass>
    ) -> BlastRadius {
        let count = plan.targets.count
        let isLarge = count > freeCount
        let grave = plan.plays.flatMap { play in
            play.allSteps.filter { step in
                step.stepClass >= .disrupt
                    && (isLarge || play.targetKind == .servers || step.kind?.needsWord == true)
            }
        }
        let worst = grave.filter { !allowed.contains($0.stepClass) }.max { $0.stepClass < $1.stepClass }
        guard let step = worst ?? (isOneOff && isLarge ? plan.steps.first : nil) else { return .free }
        let stepClass = step.stepClass
        let isAllowed = allowed.contains(stepClass) || (stepClass <= .disrupt && saysYes)
        guard !isAllowed else { return .free }
        let noun = count == 1 ? String(plan.noun.dropLast()) : plan.noun
        let what = "`\(step.title)` (\(stepClass.rawValue)) on \(count) \(noun)"
        if isInteractive {
            return .ask(question: "\(what). Type \(count) to go on:", answer: "\(count)")
        }
        let flag = stepClass <= .disrupt ? "--yes" : "--allow \(stepClass.rawValue)"
        return .needs(flag: flag, because: "\(what) needs \(flag), since nobody can be asked")
    }
}
