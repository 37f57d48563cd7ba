public import Lanes

// Sendable: touched only on the lane of its stream.

/// The owner of a stream that tests look through: gathers what comes, and says when something has happened.
public final class StreamProbe: SocketHandler, @unchecked Sendable {
    /// Given by the test once it has opened the stream.
    public var stream: (any ByteStream)?
    /// What came so far.
    public private(set) var received: [UInt8] = []
    /// Told when the stream is up, or why it is not.
    public let connected = Waiter<Void>()
    /// Told with everything that came, when the other side has ended.
    public let ended = Waiter<[UInt8]>()
    /// Told when the stream breaks.
    public let broken = Waiter<StreamFailure>()
    private var wanted: (count: Int, waiter: Waiter<[UInt8]>)?

    /// A probe without a stream.
    public init() {}

    /// Waits until so many bytes have come; call on the lane.
    public func bytes(_ count: Int) async throws -> [UInt8] {
        let waiter = Waiter<[UInt8]>()
        wanted = (count, waiter)
        look()
        return try await waiter.value()
    }

    private func look() {
        guard let wanted, received.count >= wanted.count else { return }
        self.wanted = nil
        wanted.waiter.resume(with: .success(received))
    }

    /// The stream is up.
    public func socketConnected() { connected.resume(with: .success(())) }

    /// Gathers.
    public func socketReadable() {
        guard let stream else { return }
        let outcome = stream.read { received.append(contentsOf: $0) }
        look()
        switch outcome {
        case .drained: break
        case .endOfStream:
            stream.pauseReading()
            ended.resume(with: .success(received))
        case .failed(let failure):
            stream.close()
            socketFailed(failure)
        }
    }

    /// Nobody asks.
    public func socketDrained() {}

    /// Tells everybody who waits.
    public func socketFailed(_ failure: StreamFailure) {
        stream = nil
        connected.resume(with: .failure(failure))
        ended.resume(with: .failure(failure))
        broken.resume(with: .success(failure))
        wanted?.waiter.resume(with: .failure(failure))
        wanted = nil
    }
}
