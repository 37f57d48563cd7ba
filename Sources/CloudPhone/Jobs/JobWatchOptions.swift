/// How often and how long jobs are looked at.
public struct JobWatchOptions: Sendable {
    /// Multiplies every pause and deadline; tests and simulated clouds make it small.
    public var scale: Double
    /// How long after their call jobs are given up as unknown, where it is not the kind's own time.
    public var deadlines: [JobKind: Duration]
    /// Calls that would be due within this time are looked at together with one that is due; scaled like the pauses.
    public var together: Duration
    /// Numbers from 0 up to 1 that spread the pauses of many watches.
    public var random: @Sendable () -> Double

    /// Sets options.
    public init(
        scale: Double = 1, deadlines: [JobKind: Duration] = [:], together: Duration = .seconds(3),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.scale = scale
        self.deadlines = deadlines
        self.together = together
        self.random = random
    }

    /// Of the time since a call, the part that passes before it is looked at again.
    ///
    /// Whoever waits for a job waits that much longer than the job takes. The service advises no pauses, and one question
    /// covers 20 calls.
    private static let part = 0.08
    private static let shortest = Duration.milliseconds(500)
    private static let longest = Duration.seconds(15)

    /// The least pause after a look at one call for many: the account allows few reading calls a second, and a look at all takes
    /// them together.
    var sampleRest: Duration { .milliseconds(1100) * scale }

    /// How long after its call a job is looked at for the first time.
    func firstLook(_ kind: JobKind) -> Duration { kind.firstLook * scale }

    /// The pause before the next look at a call that was made so long ago.
    public func pause(after elapsed: Duration) -> Duration {
        let whole = min(max(Self.shortest * scale, elapsed * Self.part), Self.longest * scale)
        return whole * (0.9 + 0.2 * random())
    }

    /// How long after the call its jobs are given up.
    func deadline(_ kind: JobKind) -> Duration { (deadlines[kind] ?? kind.deadline) * scale }
}
