/// A point in time of a lane's clock, in nanoseconds since an arbitrary start.
public struct LaneInstant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's start.
    public let nanoseconds: UInt64

    /// Wraps a reading.
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Earlier is less.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Moves forward, or back to the start at most.
    public func advanced(by duration: Duration) -> Self {
        let step = duration.wholeNanoseconds
        guard step < 0 else { return Self(nanoseconds: nanoseconds &+ UInt64(step)) }
        return Self(nanoseconds: nanoseconds > UInt64(-step) ? nanoseconds - UInt64(-step) : 0)
    }

    /// The time from an earlier instant to this one; negative when the other is later.
    public func since(_ earlier: Self) -> Duration {
        .nanoseconds(Int64(bitPattern: nanoseconds &- earlier.nanoseconds))
    }
}

extension Duration {
    /// Whole nanoseconds, clamped to what 64 bits hold (292 years).
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? -Int64.max : .max }
        return scaled &+ attoseconds / 1_000_000_000
    }
}
