/// Everything that was asked of a simulated cloud; tests judge by it.
public struct CloudRecord: Sendable, Hashable {
    /// What really happened on one phone, whatever the answers said.
    public struct PhoneWork: Sendable, Hashable {
        /// Installs that began on the phone, of one or of several APKs.
        public var installs = 0
        /// Uninstalls that began.
        public var uninstalls = 0
        /// Archives that were unpacked.
        public var pushes = 0
        /// Shell lines that were run, synchronous ones included.
        public var shellLines = 0
        /// Restarts that were done, starts of stopped phones included.
        public var restarts = 0
        /// Stops that were done.
        public var stops = 0
        /// Resets that were done.
        public var resets = 0
    }

    /// One call as it arrived, in the order of arrival.
    public struct Call: Sendable, Hashable {
        /// The operation, such as `ListCloudPhones`; IAM's are `CreateToken`, `ListProjects`, `CreateTemporaryKeys`.
        public var operation: String
        /// The status of the answer; 0 when there was none.
        public var status: Int
        /// The id that the answer had.
        public var requestID: String
        /// The body as it was sent, up to ``longestBody``.
        public var body: [UInt8]
        /// Nanoseconds of the lane's clock.
        public var nanoseconds: UInt64

        /// Bytes of a body that are kept.
        public static let longestBody = 64 << 10
    }

    /// All calls whose operation could be told.
    public var calls: [Call] = []
    /// Requests that met no operation.
    public var unknown = 0
    /// Calls that flow control refused, by the operation.
    public var throttled: [String: Int] = [:]
    /// What happened on the phones, by their ids.
    public var phones: [String: PhoneWork] = [:]
    /// Bytes that were read from the object store, by the server that they were for.
    public var bytesRead: [String: UInt64] = [:]

    /// How many calls there were of an operation, refused ones included.
    public func count(_ operation: String) -> Int { calls.count { $0.operation == operation } }
}
