/// What a caller writes down around a call that changes something, so that a run can go on after it was killed.
public struct CallHooks: Sendable {
    /// Runs before the call leaves for the first time; when it throws, nothing is sent.
    public var willSend: @Sendable () async throws -> Void
    /// Runs directly after an answer of success and before anything else, with the call's id and the jobs that it started.
    public var didAnswer: @Sendable (StartedCall) async throws -> Void

    /// Sets both.
    public init(
        willSend: @escaping @Sendable () async throws -> Void,
        didAnswer: @escaping @Sendable (StartedCall) async throws -> Void
    ) {
        self.willSend = willSend
        self.didAnswer = didAnswer
    }

    /// Nothing is written down.
    public static let none = CallHooks(willSend: {}, didAnswer: { _ in })
}
