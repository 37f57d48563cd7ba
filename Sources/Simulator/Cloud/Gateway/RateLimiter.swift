import Lanes

/// The service's flow control: so many calls in any minute, or second (Cloud Phone API, limits that shape a batch).
struct RateLimiter {
    /// What is counted together.
    enum Kind: Hashable {
        case writes
        /// Those of KooPhone, which counts by itself.
        case instanceWrites
        case reads(operation: String)
        case syncCommands(user: String)
    }

    private let writes: Int?
    private let reads: Int?
    private let syncCommands: Int
    private var taken: [Kind: [LaneInstant]] = [:]

    init(_ options: CloudOptions) {
        writes = options.writesPerMinute
        reads = options.readsPerSecond
        syncCommands = options.syncCommandsPerMinute
    }

    private func limit(of kind: Kind) -> Int? {
        switch kind {
        case .writes, .instanceWrites: writes
        case .reads: reads
        case .syncCommands: syncCommands
        }
    }

    /// Counts a call.
    ///
    /// - Throws: The refusal of flow control; such a call is not counted.
    mutating func pass(_ kind: Kind, at now: LaneInstant) throws(CloudRefusal) {
        guard let limit = limit(of: kind) else { return }
        var window = Duration.seconds(60)
        if case .reads = kind { window = .seconds(1) }
        var recent = (taken[kind] ?? []).filter { now.since($0) < window }
        defer { taken[kind] = recent }
        guard recent.count < limit else { throw Self.refusal(limit, window == .seconds(1) ? "1 second" : "1 minute") }
        recent.append(now)
    }

    /// What flow control answers.
    static func refusal(_ limit: Int, _ period: String = "1 minute") -> CloudRefusal {
        CloudRefusal(
            429, "APIGW.0308",
            "The throttling threshold has been reached: policy user over ratelimit,limit:\(limit),time:\(period)")
    }
}
