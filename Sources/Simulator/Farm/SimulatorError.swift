public import Lanes

/// Why simulated phones cannot be started.
public struct SimulatorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value { case cannotListen, badOptions }
        private let value: Value

        /// A port cannot be listened on.
        public static var cannotListen: Self { .init(value: .cannotListen) }
        /// The options contradict each other or the machine.
        public static var badOptions: Self { .init(value: .badOptions) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done, such as `listen on 127.0.0.1:20000 for sim-001`.
    public let context: String
    /// The system's reason, when it gave one.
    public let cause: SystemError?

    init(_ code: Code, _ context: String, cause: SystemError? = nil) {
        self.code = code
        self.context = context
        self.cause = cause
    }

    /// One line: what was being done and why it failed.
    public var description: String { cause.map { "\(context): \($0.reason)" } ?? context }
}
