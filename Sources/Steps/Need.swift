/// What a step found when it looked at the phone, before anything is changed; each answer owes its reason.
public enum Need: Hashable, Sendable {
    /// There is something to do: `version 1 is there, and 2 is due`.
    case work(because: String)
    /// There is nothing to do: `version 2 with the same content is there`.
    case nothing(because: String)
    /// The phone could not tell; the step is done all the same.
    case unknown(because: String)

    /// The reason, in one line.
    public var reason: String {
        switch self {
        case .work(let reason), .nothing(let reason), .unknown(let reason): reason
        }
    }

    /// Whether the step is to be done.
    public var isDue: Bool {
        switch self {
        case .work, .unknown: true
        case .nothing: false
        }
    }
}
