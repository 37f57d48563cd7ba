/// What state a phone is in (Cloud Phone API, enumerations).
public struct PhoneStatus: Hashable, Sendable, CustomStringConvertible {
    /// What can be done about a state.
    public enum Use: Hashable, Sendable {
        /// It can be worked with.
        case running
        /// It will change by itself.
        case wait
        /// A restart starts it.
        case shutDown
        /// A restart or a reset may help.
        case broken
        /// Nobody has paid.
        case frozen
        /// Nothing helps.
        case lost
    }

    /// The service's number; nil when the answer had none.
    public let number: Int?

    /// Takes the service's number.
    public init(number: Int?) { self.number = number }

    /// What can be done about it; an unknown state is waited for.
    public var use: Use {
        switch number {
        case 2: .running
        case 6: .frozen
        case 8: .shutDown
        case -5, -6, -7, -9: .broken
        case -8: .lost
        default: .wait
        }
    }

    /// The state in a few words.
    public var description: String {
        switch number {
        case 0, 1: "creating"
        case 2: "running"
        case 3: "resetting"
        case 4: "restarting"
        case 6: "frozen"
        case 7: "shutting down"
        case 8: "shut down"
        case -5: "reset failed"
        case -6: "restart failed"
        case -7: "abnormal"
        case -8: "creation failed"
        case -9: "shutdown failed"
        case nil: "unknown"
        case .some(let other): "unknown (\(other))"
        }
    }
}
