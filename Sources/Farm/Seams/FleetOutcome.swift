/// What became of something that was asked for on all phones of a server.
public struct FleetOutcome: Hashable, Sendable {
    /// A phone on which it was not done, or of which nobody knows.
    public struct Failure: Hashable, Sendable {
        /// The phone's name in its cloud, or its id where it has none.
        public let phone: String
        /// The cause in words, with the service's code and the request's id where there are any.
        public let reason: String
        /// Whether nobody knows if it was done.
        public let isUnknown: Bool

        /// Describes one failure.
        public init(phone: String, reason: String, isUnknown: Bool = false) {
            self.phone = phone
            self.reason = reason
            self.isUnknown = isUnknown
        }
    }

    /// How many phones the server has.
    public var phones = 0
    /// On which phones it was done.
    public var done: [String] = []
    /// On which there was nothing to do.
    public var absent: [String] = []
    /// On which it was not done.
    public var failed: [Failure] = []
    /// Which do not run, so that nothing was asked of them.
    public var stopped: [String] = []
    /// Whether the storage that the phones share was changed.
    public var hasChangedServer = false
    /// What the service would not do on the server itself after the phones had their turn; nil when it did it.
    public var refusal: ServiceError?
    /// Bytes that reached the server once for all its phones.
    public var bytes: UInt64 = 0

    /// Nothing happened yet.
    public init() {}
}

/// An app that is to be shared by the phones of servers.
public struct SharedAppOrder: Sendable {
    /// The app.
    public let package: PackageName
    /// The phone from which it is taken: its name in the cloud or in the farm file, or its id.
    public let seed: String
    /// What is installed on that phone first; nil when the app is there already.
    public let app: AppPayload?
    /// Whether phones have the app after a restart or a reset without being asked.
    public let isPreinstalled: Bool

    /// Describes an order.
    public init(package: PackageName, seed: String, app: AppPayload?, isPreinstalled: Bool) {
        self.package = package
        self.seed = seed
        self.app = app
        self.isPreinstalled = isPreinstalled
    }
}
