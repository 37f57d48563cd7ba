import SourceText

/// An argument that the service would refuse, found before anything was sent.
public struct CheckFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with which argument.
    public let reason: String
    /// What to do instead, where that is known.
    public let advice: String?

    /// Notes a fault; the reason is made safe for terminals.
    public init(_ reason: String, advice: String? = nil) {
        self.reason = terminalSafe(reason)
        self.advice = advice
    }

    /// One line: what is wrong, and what to do instead.
    public var description: String { reason + (advice.map { "; \($0)" } ?? "") }
}
