import Planning
import Steps

/// Asks before many phones are hit, as the blast-radius guard says.
enum Consent {
    /// Returns when the plan may go on.
    ///
    /// - Throws: ``CommandFailure`` when it may not.
    static func ask(for plan: Plan, isOneOff: Bool, _ options: RunOptions) throws(CommandFailure) {
        let terminal = Terminal.error
        let judgement = BlastRadius.judge(
            plan, isOneOff: isOneOff, isInteractive: terminal.canAsk, saysYes: options.yes,
            allowed: options.allowedClasses)
        switch judgement {
        case .free: return
        case .needs(_, let because): throw CommandFailure(because)
        case .ask(let question, let answer):
            guard terminal.ask(question) == answer else { throw CommandFailure("not confirmed; nothing was done") }
        }
    }
}
