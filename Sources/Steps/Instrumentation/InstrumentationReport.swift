/// What one call of `am instrument -r` told.
struct InstrumentationReport: Sendable, Equatable {
    /// How a case ended; the numbers are those of `INSTRUMENTATION_STATUS_CODE`.
    enum Ending: Int, Sendable {
        case passed = 0
        case errored = -1
        case failed = -2
        case ignored = -3
        case assumptionFailed = -4
    }

    /// One case that ended.
    struct Case: Sendable, Equatable {
        let name: TestName
        let ending: Ending
        let milliseconds: Int64?
        let trace: String?
    }

    /// The cases that ended, in order.
    var cases: [Case] = []
    /// The case that was started and did not end.
    var running: TestName?
    /// How many cases there were to be.
    var announced: Int?
    /// `INSTRUMENTATION_CODE`; nil when the answer was cut before it.
    var code: Int?
    /// Why the run ended before its time, such as `Process crashed`.
    var crash: String?
    /// Why there was no run at all.
    var refusal: String?
    /// The last line that belongs to nothing, such as a complaint of the shell.
    var stray: String?

    /// How many cases were started.
    var started: Int { cases.count + (running == nil ? 0 : 1) }

    /// Whether all cases came to an end.
    ///
    /// `INSTRUMENTATION_CODE: -1` alone says little: it also ends runs with failed cases.
    var isWhole: Bool {
        code == -1 && crash == nil && refusal == nil && running == nil && cases.count >= announced ?? 0
    }
}
