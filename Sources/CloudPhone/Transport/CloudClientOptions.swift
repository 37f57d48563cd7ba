/// What holds for every call of a client.
public struct CloudClientOptions: Sendable {
    /// How often and how soon calls are repeated.
    public var retry: CloudRetryPolicy
    /// The folder in which tokens are kept between runs; nil to keep them in memory only.
    public var tokenFolder: String?
    /// Takes one line about something that is worth knowing and no failure.
    public var note: @Sendable (String) -> Void
    /// Seconds since 1970.
    public var now: @Sendable () -> Int

    /// Sets options.
    public init(
        retry: CloudRetryPolicy = CloudRetryPolicy(), tokenFolder: String? = nil,
        note: @escaping @Sendable (String) -> Void = { _ in }, now: @escaping @Sendable () -> Int = { CloudTime.now }
    ) {
        self.retry = retry
        self.tokenFolder = tokenFolder
        self.note = note
        self.now = now
    }
}
