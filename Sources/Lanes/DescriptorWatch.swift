import CLinux

/// Watches a descriptor that somebody else owns and closes, such as a socket of a C library; confined to its lane.
///
/// End it before the descriptor is closed: its number may belong to another socket a moment later.
public final class DescriptorWatch: ReadinessHandler {
    private let lane: Lane
    private let descriptor: CInt
    private var token: UInt64 = 0
    private var handler: ((_ readable: Bool, _ writable: Bool, _ failed: Bool) -> Void)?

    /// Starts watching.
    ///
    /// Call on the lane.
    ///
    /// - Parameters:
    ///   - readable: Whether to tell of bytes to read. Errors and hang-ups are told of in any case.
    ///   - writable: Whether to tell of room to write, for as long as there is some.
    ///   - handler: Called on the lane; held until ``cancel()``.
    /// - Throws: ``SystemError`` when the descriptor cannot be watched.
    public init(
        _ descriptor: CInt, on lane: Lane, readable: Bool, writable: Bool,
        handler: @escaping (_ readable: Bool, _ writable: Bool, _ failed: Bool) -> Void
    ) throws(SystemError) {
        lane.preconditionOnLane()
        self.lane = lane
        self.descriptor = descriptor
        token = try lane.readiness.add(descriptor, events: Self.events(readable, writable), handler: self)
        self.handler = handler
    }

    /// Changes what is told.
    public func change(readable: Bool, writable: Bool) {
        guard handler != nil else { return }
        lane.readiness.change(descriptor, events: Self.events(readable, writable), token: token)
    }

    /// Stops watching; the handler hears no more, not even of what was pending.
    public func cancel() {
        guard handler != nil else { return }
        handler = nil
        lane.readiness.remove(descriptor, token: token)
    }

    func descriptorIsReady(readable: Bool, writable: Bool, failed: Bool) {
        handler?(readable, writable, failed)
    }

    private static func events(_ readable: Bool, _ writable: Bool) -> UInt32 {
        (readable ? UInt32(DROVER_READABLE) : 0) | (writable ? UInt32(DROVER_WRITABLE) : 0)
    }
}
