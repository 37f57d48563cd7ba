import Synchronization

/// The ports of simulated phones that were given none: one after the other for all farms of this process, so that none is
/// used twice soon and nobody who still knows an old phone meets a new one.
enum PortRow {
    /// Below the ports that the system gives out by itself, and above those that people choose.
    private static let ports = UInt16(10_000)..<20_000
    private static let last = Mutex(UInt16.random(in: ports))

    /// The next port, taken or not.
    static func next() -> UInt16 {
        last.withLock { last in
            last = last + 1 < ports.upperBound ? last + 1 : ports.lowerBound
            return last
        }
    }
}
