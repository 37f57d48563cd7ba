/// What a step can do to a phone, from harmless to ruinous; the blast-radius guard goes by it.
public enum StepClass: String, Hashable, Sendable, Comparable, CaseIterable {
    /// Looks only.
    case read
    /// Changes something that can be changed back.
    case change
    /// Takes the phone out of work for a while.
    case disrupt
    /// Destroys data that nobody can bring back.
    case dataLoss = "data-loss"
    /// Costs money.
    case money
    /// May leave the phone unreachable.
    case lockOut = "lock-out"

    /// The harmless ones first.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// The limit that a step counts against, beside the run's window.
public enum StepLoad: String, Hashable, Sendable {
    /// A few bytes.
    case light
    /// Moves files or apps: a few at a time per server.
    case bulk
    /// Restarts the phone: a few at a time per server.
    case reboot
}
