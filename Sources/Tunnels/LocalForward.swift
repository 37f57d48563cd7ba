public import Lanes
import Synchronization

/// A port of this machine that leads somewhere else: everyone who connects gets a stream there.
///
/// Confined to its lane.
public final class LocalForward: @unchecked Sendable {
    /// What has gone through a port so far.
    public struct Counts: Hashable, Sendable {
        /// Connections that were taken.
        public var connections = 0
        /// Those that are open now.
        public var open = 0
        /// Bytes that went there.
        public var sent: UInt64 = 0
        /// Bytes that came back.
        public var received: UInt64 = 0
        /// Connections whose other end could not be reached, or broke.
        public var failures = 0

        /// Nothing yet.
        public init() {}
    }

    /// Where it listens.
    public private(set) var address: SocketAddress
    private let lane: Lane
    private let opening: StreamOpening
    private let whenFailed: @Sendable (StreamFailure) -> Void
    private let tally = Mutex(Counts())
    private var listener: TCPListener?
    private var relays: [ObjectIdentifier: Relay] = [:]

    /// Listens; call on the lane.
    ///
    /// - Parameters:
    ///   - address: Where; port 0 lets the system choose.
    ///   - opening: What leads to the other end.
    ///   - whenFailed: Hears, on the lane, of every connection whose other end could not be reached, or broke.
    /// - Throws: `SystemError`.
    public init(
        at address: SocketAddress, to opening: StreamOpening, on lane: Lane,
        whenFailed: @escaping @Sendable (StreamFailure) -> Void = { _ in }
    ) throws(SystemError) {
        lane.preconditionOnLane()
        self.lane = lane
        self.opening = opening
        self.whenFailed = whenFailed
        self.address = address
        let listener = try TCPListener(at: address, on: lane) { [weak self] descriptor in
            guard let self else { return }
            take(descriptor)
        }
        self.address = listener.address
        self.listener = listener
    }

    /// What has gone through so far; asked from anywhere.
    public var counts: Counts { tally.withLock { $0 } }

    /// Listens no more, and ends what is open; call on the lane.
    public func close() {
        listener?.close()
        listener = nil
        for relay in relays.values { relay.close() }
        relays = [:]
    }

    private func take(_ descriptor: CInt) {
        let relay = Relay(on: lane) { [weak self] relay, event in self?.note(event, of: relay) }
        relays[ObjectIdentifier(relay)] = relay
        tally.withLock { counts in
            counts.connections += 1
            counts.open += 1
        }
        relay.start(descriptor, opening)
    }

    private func note(_ event: Relay.Event, of relay: Relay) {
        switch event {
        case .sent(let count): tally.withLock { $0.sent += UInt64(count) }
        case .received(let count): tally.withLock { $0.received += UInt64(count) }
        case .ended(let failure):
            relays[ObjectIdentifier(relay)] = nil
            tally.withLock { counts in
                counts.open -= 1
                if failure != nil { counts.failures += 1 }
            }
            if let failure { whenFailed(failure) }
        }
    }
}
