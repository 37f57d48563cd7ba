/// A place that streams can be opened to, whatever carries them there; shared by all who want one.
public struct StreamOpening: Sendable {
    private let body: @Sendable (Lane, any SocketHandler) throws(StreamFailure) -> any ByteStream

    /// Describes a place by what opens a stream to it.
    ///
    /// - Parameter body: Called on the lane. It gives a stream that is connecting: the handler hears of the outcome, but
    ///   never during the call.
    public init(_ body: @escaping @Sendable (Lane, any SocketHandler) throws(StreamFailure) -> any ByteStream) {
        self.body = body
    }

    /// A TCP port.
    public static func tcp(_ address: SocketAddress) -> StreamOpening {
        StreamOpening { lane, handler throws(StreamFailure) in
            do throws(SystemError) {
                return try TCPSocket(connectingTo: address, on: lane, handler: handler)
            } catch {
                throw StreamFailure(error)
            }
        }
    }

    /// Opens a stream; the handler hears of the outcome.
    ///
    /// Call on the lane.
    ///
    /// - Throws: ``StreamFailure`` when it cannot even be begun.
    public func open(on lane: Lane, handler: any SocketHandler) throws(StreamFailure) -> any ByteStream {
        lane.preconditionOnLane()
        return try body(lane, handler)
    }
}
