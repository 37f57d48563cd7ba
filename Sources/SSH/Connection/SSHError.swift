import Lanes

/// Why a host could not be reached over SSH, or what it refused.
public struct SSHError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for decisions; the texts are for people.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case unreachable, notSSH, noCommonAlgorithm, hostKey, unauthorized, badKey, lost, timedOut
            case forwardRefused, targetUnreachable, channelRefused, unavailable, closed
        }
        private let value: Value

        /// Nothing answers at the address.
        public static var unreachable: Self { Self(value: .unreachable) }
        /// Something answers, but it does not speak SSH as the protocol says.
        public static var notSSH: Self { Self(value: .notSSH) }
        /// Both sides have no algorithm in common.
        public static var noCommonAlgorithm: Self { Self(value: .noCommonAlgorithm) }
        /// The key of the host is unknown, another one than before, or revoked.
        public static var hostKey: Self { Self(value: .hostKey) }
        /// The host accepts none of the keys at hand for this user.
        public static var unauthorized: Self { Self(value: .unauthorized) }
        /// A key of ours cannot be used.
        public static var badKey: Self { Self(value: .badKey) }
        /// The connection ended.
        public static var lost: Self { Self(value: .lost) }
        /// A limit of a phase has passed.
        public static var timedOut: Self { Self(value: .timedOut) }
        /// The host forwards no connections.
        public static var forwardRefused: Self { Self(value: .forwardRefused) }
        /// The host could not connect to where it was to forward to.
        public static var targetUnreachable: Self { Self(value: .targetUnreachable) }
        /// The host opens no session, or does not start what was asked for in one.
        public static var channelRefused: Self { Self(value: .channelRefused) }
        /// This machine has no SSH library that can do it.
        public static var unavailable: Self { Self(value: .unavailable) }
        /// The connection was closed by its owner.
        public static var closed: Self { Self(value: .closed) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: `log in to root@10.0.9.4:22`.
    public let operation: String
    /// The cause, in words for people.
    public let reason: String
    /// What to do about it, in one line; nil when there is nothing sensible to say.
    public let advice: String?

    /// Describes one failure.
    public init(_ code: Code, _ operation: String, _ reason: String, advice: String? = nil) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.advice = advice
    }

    /// The same failure, as another operation met it.
    func during(_ operation: String) -> SSHError { SSHError(code, operation, reason, advice: advice) }

    /// `operation: reason`.
    public var description: String { "\(operation): \(reason)" }

    /// The failure as a stream's owner hears of it.
    var streamFailure: StreamFailure {
        // What the far end does is explained best by whoever wanted it; everything else is the host's matter.
        switch code {
        case .targetUnreachable: return StreamFailure(operation, reason, errno: 111)
        case .timedOut: return StreamFailure(operation, reason, errno: 110)
        case .forwardRefused: return StreamFailure(operation, reason, errno: 113, advice: advice)
        default: return StreamFailure(operation, reason, advice: advice)
        }
    }
}
