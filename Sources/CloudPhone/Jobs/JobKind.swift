/// What a job does, which decides how soon and how long it is looked at (Cloud Phone API, polling advice).
public enum JobKind: String, Hashable, Sendable, CaseIterable {
    /// A shell line.
    case shell
    /// An app goes.
    case uninstall
    /// An app comes.
    case install
    /// A tar comes.
    case push
    /// A restart, a stop or a reset.
    case power
    /// Data goes to the storage, or comes from there.
    case transfer
    /// Properties, key pairs and other settings.
    case setting
    /// Files or apps come to shared storage, or go.
    case shared
    /// A listing of shared storage.
    case listing
    /// A server goes, or gets other hardware.
    case hardware

    /// How long after the call it is looked at for the first time.
    var firstLook: Duration { self == .shell || self == .uninstall ? .seconds(2) : .seconds(3) }

    /// How long after the call its outcome is given up as unknown; jobs cannot be cancelled.
    public var deadline: Duration {
        switch self {
        case .shell, .listing: .seconds(5 * 60)
        case .uninstall, .power, .setting: .seconds(15 * 60)
        case .install, .push: .seconds(30 * 60)
        case .transfer, .shared, .hardware: .seconds(60 * 60)
        }
    }
}
