public import SourceText

/// Why a step did not do what was asked: the one line that reaches a person.
public struct StepFailure: Hashable, Sendable {
    private var box: Box

    private struct Content: Hashable, Sendable {
        var code: String
        var operation: String
        var reason: String
        var advice: String?
        var place: SourceLocation?
    }

    /// Failures are rare and large; behind one reference, so that the many values that may hold one stay small.
    private final class Box: Sendable {
        let content: Content
        init(_ content: Content) { self.content = content }
    }

    private var content: Content {
        get { box.content }
        set { box = Box(newValue) }
    }

    /// A short machine word that groups like failures: `refused`, `no-route`, `stall`, `INSTALL_FAILED_VERSION_DOWNGRADE`.
    public var code: String {
        get { content.code }
        set { content.code = newValue }
    }
    /// What was being done: `push app.apk to /data/local/tmp`.
    public var operation: String {
        get { content.operation }
        set { content.operation = newValue }
    }
    /// The phone's own word, or the system's, verbatim.
    public var reason: String {
        get { content.reason }
        set { content.reason = newValue }
    }
    /// One line on what to do about it.
    public var advice: String? {
        get { content.advice }
        set { content.advice = newValue }
    }
    /// Where the step is written.
    public var place: SourceLocation? {
        get { content.place }
        set { content.place = newValue }
    }

    /// Makes a failure; the runner fills in ``place``.
    public init(code: String, operation: String, reason: String, advice: String? = nil, place: SourceLocation? = nil) {
        box = Box(Content(code: code, operation: operation, reason: reason, advice: advice, place: place))
    }

    /// Two failures are the same when they say the same.
    public static func == (left: Self, right: Self) -> Bool { left.content == right.content }

    /// Feeds what it says.
    public func hash(into hasher: inout Hasher) { hasher.combine(content) }
}
