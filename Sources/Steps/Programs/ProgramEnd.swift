import Journal
import Lanes
import PlaybookLanguage

/// How a program came to its end.
struct ProgramEnd: Sendable {
    /// Why it ended.
    enum Cause: Sendable, Equatable {
        /// It was told to.
        case stopped
        /// It was told to, and did not.
        case killed
        /// Of itself.
        case alone
        /// It was told to, since it never said that it is ready.
        case neverReady
        /// It was told to, since the step's time was over.
        case outOfTime
        /// Nobody saw it: the phone was restarted, or its system ended it.
        case unseen
    }

    var cause: Cause
    /// Its exit code, with 128 added to a signal that ended it; nil when nobody knows it.
    var exit: Int?
    /// From its start to its end.
    var ran: Duration
    /// The last line of its output.
    var lastLine = ""

    /// The codes of programs that end well when they are told to: 0, and those that leave `SIGTERM` to the system.
    private static let goodEnds: Set<Int> = [0, 128 + 15]

    /// Why this is not what the step asked for; nil when it is.
    ///
    /// - Parameter mayEndAlone: Whether the program was to end of itself.
    func failure(of operation: String, _ order: ProgramOrder, mayEndAlone: Bool) -> StepFailure? {
        let words = lastLine.isEmpty ? "" : ": \(lastLine)"
        let length = "after \(durationText(.seconds(ran.components.seconds)))"
        func failure(_ code: String, _ reason: String, _ advice: String? = nil) -> StepFailure {
            StepFailure(code: code, operation: operation, reason: reason + words, advice: advice)
        }
        switch cause {
        case .stopped:
            guard let exit, !Self.goodEnds.contains(exit) else { return nil }
            return failure("exit \(exit)", "told to end, it ended with exit code \(exit)", Self.advice(exit, order))
        case .killed:
            return failure(
                "killed", "told to end, it still ran \(durationText(order.grace)) later and was killed",
                "have it end on SIGTERM, or give it a longer `grace`")
        case .alone where mayEndAlone && exit == 0: return nil
        case .alone:
            let code = exit.map { "exit \($0)" } ?? "exit unknown"
            let how = exit.map { "with exit code \($0)" } ?? "and its phone tells no exit code"
            return failure(code, "it ended \(length) \(how)", exit.flatMap { Self.advice($0, order) })
        case .neverReady:
            return failure(
                "not-ready",
                "it did not print `\(order.ready ?? "")` within \(durationText(order.readyWithin)) and was stopped",
                "have it write each line at once (`setvbuf`), or give it a longer `ready-within`")
        case .outOfTime:
            return failure(
                "timeout", "it still ran \(length) and was stopped", "if it needs longer, give it a longer `timeout`")
        case .unseen:
            return failure(
                "gone", "it is gone \(length), and nobody saw its end",
                "was the phone restarted? its log and `dumpsys activity exit-info` may tell")
        }
    }

    /// What the codes of shells for programs that cannot be run mean.
    private static func advice(_ exit: Int, _ order: ProgramOrder) -> String? {
        switch exit {
        case 126: "the phone may not run it: is it built for this phone's processor, and for Android?"
        case 127: "something is missing on the phone: the interpreter of its first line, or a library that it links"
        case 128 + 9: "the phone's system killed it, as it does when memory is short"
        case 128 + 11, 128 + 6: "it crashed: `collect: [tombstones]` brings the dump"
        default: nil
        }
    }
}
