public import SourceText

/// Why a step did not do what was asked: the one line that reaches a person.
public struct StepFailure: Hashable, Sendable {
    /// A short machine word that groups like failures: `refused`, `no-route`, `stall`, `INSTALL_FAILED_VERSION_DOWNGRADE`.
    public var code: String
    /// What was being done: `push app.apk to /data/local/tmp`.
    public var operation: String
    /// The phone's own word, or the system's, verbatim.
    public var reason: String
    /// One line on what to do about it.
    public var advice: String?
    /// Where the step is written.
    public var place: SourceLocation?

    /// Makes a failure; the runner fills in ``place``.
    public init(code: String, operation: String, reason: String, advice: String? = nil, place: SourceLocation? = nil) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.advice = advice
        self.place = place
    }
}
