/// How long a link waits for each phase; steps have limits of their own above these.
public struct LinkLimits: Hashable, Sendable {
    /// From the first SYN to the connection; default 5 s.
    public var connect = Duration.seconds(5)
    /// From the connection, or from a signature, to the phone's next word; default 10 s.
    public var greeting = Duration.seconds(10)
    /// How long a person may take to accept our key on the screen; zero asks nobody (default 60 s).
    public var prompt = Duration.seconds(60)
    /// From OPEN to its answer; default 10 s.
    public var open = Duration.seconds(10)
    /// The same for services of the package manager, which start slowly after a boot; default 30 s.
    public var openPackage = Duration.seconds(30)
    /// From the last byte of an app to the package manager's word; default 120 s.
    public var packageAnswer = Duration.seconds(120)
    /// From the request to reboot to the end of its stream; default 5 s.
    public var reboot = Duration.seconds(5)

    /// The defaults.
    public init() {}
}
