import Synchronization

/// Counts the bytes that a step moves, and knows when the last ones moved; read from anywhere.
public final class ProgressMeter: Sendable {
    private let clock: any LaneClock
    private let moved = Atomic<UInt64>(0)
    private let lastMove: Atomic<UInt64>
    private let foreseen = Atomic<UInt64>(0)
    private let areBytesDue = Atomic<Bool>(false)

    /// A meter that reads zero.
    public init(clock: any LaneClock) {
        self.clock = clock
        lastMove = Atomic(clock.now.nanoseconds)
    }

    /// Bytes moved so far, both ways.
    public var bytes: UInt64 { moved.load(ordering: .relaxed) }

    /// When bytes last moved, or were last said to be due.
    public var lastMoved: LaneInstant { LaneInstant(nanoseconds: lastMove.load(ordering: .relaxed)) }

    /// Whether bytes are due now; a stall limit counts only then.
    public var isDue: Bool { areBytesDue.load(ordering: .relaxed) }

    /// Counts bytes that were taken by the phone, or came from it.
    public func move(_ count: Int) {
        moved.wrappingAdd(UInt64(count), ordering: .relaxed)
        lastMove.store(clock.now.nanoseconds, ordering: .relaxed)
    }

    /// Bytes that the work ahead would move, as far as a look at the phone could tell.
    public var foreseenBytes: UInt64 { foreseen.load(ordering: .relaxed) }

    /// Says how many bytes the work ahead would move.
    public func foresee(_ count: UInt64) { foreseen.wrappingAdd(count, ordering: .relaxed) }

    /// Says that bytes are due from now on, which starts the stall limit, or that none are, which rests it.
    public func expectBytes(_ isDue: Bool) {
        lastMove.store(clock.now.nanoseconds, ordering: .relaxed)
        areBytesDue.store(isDue, ordering: .relaxed)
    }
}
