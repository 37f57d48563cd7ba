/// How often and how soon calls are repeated that failed in passing (Cloud Phone API, when to repeat).
public struct CloudRetryPolicy: Sendable {
    /// Attempts in all, the first included.
    public var attempts: Int
    /// The pause after the first attempt; each later one is twice as long.
    public var firstPause: Duration
    /// The longest pause.
    public var longestPause: Duration
    /// Numbers from 0 up to 1 that spread the pauses of many clients.
    public var random: @Sendable () -> Double

    /// Sets a policy.
    public init(
        attempts: Int = 5, firstPause: Duration = .milliseconds(500), longestPause: Duration = .seconds(30),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.attempts = max(1, attempts)
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.random = random
    }

    /// The pause after so many attempts: between half of its length and the whole.
    func pause(after attempt: Int) -> Duration {
        min(longestPause, firstPause * (1 << min(attempt - 1, 16))) * (0.5 + random() / 2)
    }
}

/// Reads how long a flow limit lasts (Cloud Phone API, gateway codes).
enum FlowPeriod {
    /// The longest that is believed.
    private static let longest = Duration.seconds(3600)

    /// The pause that an answer asks for: that of `Retry-After`, else the period that the text names, else a guess.
    ///
    /// - Parameter asked: The pause that `Retry-After` names.
    static func pause(_ error: CloudError, asked: Duration?, load: CallLoad) -> Duration {
        if let asked { return min(asked, longest) }
        if let period = named(error.fault?.message ?? "") { return min(max(period, .seconds(3)), longest) }
        return load == .read ? .seconds(5) : .seconds(60)
    }

    /// The period of a text such as `limit:6,time:1 minute`.
    private static func named(_ text: String) -> Duration? {
        guard let place = text.lowercased().firstRange(of: "time:") else { return nil }
        let words = text.lowercased()[place.upperBound...].split { !$0.isLetter && !$0.isNumber }
        guard let first = words.first else { return nil }
        let digits = first.prefix { $0.isNumber }
        guard let count = Int(digits), (1...10_000).contains(count) else { return nil }
        let unit = digits.count < first.count ? first.dropFirst(digits.count) : words.dropFirst().first ?? ""
        return switch unit.first {
        case "s": .seconds(count)
        case "m": .seconds(60 * count)
        case "h": .seconds(3600 * count)
        case "d": .seconds(86_400 * count)
        default: nil
        }
    }
}
