import Glibc
import Signing

/// How a client cuts uploads into parts, and how patient it is.
public struct StorePolicy: Sendable {
    /// How often a request is sent at most before its failure counts (Cloud Phone API, OBS errors, says which may be).
    public var attempts: Int
    /// The pause after the first failure; it doubles with each further one.
    public var firstPause: Duration
    /// The longest pause, whatever the store asks for.
    public var longestPause: Duration
    /// The size of a part, in bytes; larger where a file would have more than 10,000 of them.
    public var partSize: Int64
    /// How many parts travel at a time.
    public var parallelParts: Int
    /// The largest file that is sent in one piece, in bytes.
    public var singleLimit: Int64
    /// A number from 0 to 1 for each pause, which is drawn out by it, so that many clients do not come back together.
    public var jitter: @Sendable () -> Double
    /// The time that requests are signed with, in seconds since 1970.
    public var seconds: @Sendable () -> Int

    /// Sets a policy.
    public init(
        attempts: Int = 6, firstPause: Duration = .milliseconds(500), longestPause: Duration = .seconds(30),
        partSize: Int64 = 16 << 20, parallelParts: Int = 4, singleLimit: Int64 = 32 << 20,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        seconds: @escaping @Sendable () -> Int = StorePolicy.now
    ) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.partSize = partSize
        self.parallelParts = parallelParts
        self.singleLimit = singleLimit
        self.jitter = jitter
        self.seconds = seconds
    }

    /// The time that a request is signed with.
    var time: SigningTime { SigningTime(secondsSince1970: seconds()) }

    /// A day so many days ahead: `2026-01-09`.
    func day(in days: Int) -> String {
        SigningTime(secondsSince1970: seconds() + days * 86_400).date
    }

    /// The time of this machine, in seconds since 1970.
    public static let now: @Sendable () -> Int = { Glibc.time(nil) }

    /// The most parts that an upload may have (Cloud Phone API, OBS upload).
    static let mostParts: Int64 = 10_000
    /// The smallest part but the last, in bytes: 100 KB at the service, 5 MiB at Amazon and its likes.
    static let smallestPart: Int64 = 5 << 20

    /// The pause after so many failures in a row: half of it sure, half of it by chance.
    ///
    /// - Parameter asked: What the store asked for, which is waited for at least.
    func pause(after failures: Int, asked: Duration?) -> Duration {
        var pause = firstPause
        for _ in 1..<max(1, min(failures, 32)) where pause < longestPause { pause *= 2 }
        pause = min(pause, longestPause)
        return max(pause * (0.5 + jitter() / 2), min(asked ?? .zero, longestPause))
    }

    /// The size of the parts of a file, a whole number of MiB where it must be more than ``partSize``.
    func partSize(ofFile size: Int64) -> Int64 {
        let least = (size + Self.mostParts - 1) / Self.mostParts
        guard least > partSize else { return max(1, partSize) }
        return ((least + (1 << 20) - 1) >> 20) << 20
    }
}
