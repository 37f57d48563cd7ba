import Lanes
import Synchronization

/// Something on loopback that accepts, says what the test gives it, and says nothing more.
final class ScriptedListener: @unchecked Sendable {
    // Sendable: touched only on `lane`.
    let lane: Lane
    private(set) var address = SocketAddress.loopback(port: 0)
    private var listener: TCPListener?
    private var visitors: [Visitor] = []

    /// Starts to listen.
    ///
    /// Call on the lane.
    ///
    /// - Parameters:
    ///   - greeting: What every visitor gets at once.
    ///   - answers: What a visitor gets for a request; requests have the length in front that adb servers want.
    init(
        on lane: Lane, greeting: [UInt8] = [], answers: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) throws {
        self.lane = lane
        let listener = try TCPListener(at: .loopback(port: 0), on: lane) { [weak self] descriptor in
            guard let self else { return }
            let visitor = Visitor(answers)
            visitor.socket = try? TCPSocket(adopting: descriptor, on: lane, handler: visitor)
            if !greeting.isEmpty { visitor.socket?.send(greeting) }
            self.visitors.append(visitor)
        }
        address = listener.address
        self.listener = listener
    }

    /// Listens no more.
    ///
    /// Call on the lane.
    func close() {
        listener?.close()
        listener = nil
        for visitor in visitors { visitor.socket?.close() }
        visitors = []
    }

    private final class Visitor: SocketHandler, @unchecked Sendable {
        // Sendable: touched only on the lane of its socket.
        var socket: TCPSocket?
        private let answers: @Sendable (String) -> [UInt8]?
        private var bytes: [UInt8] = []

        init(_ answers: @escaping @Sendable (String) -> [UInt8]?) { self.answers = answers }

        func socketConnected() {}
        func socketDrained() {}
        func socketFailed(_ error: StreamFailure) {}

        func socketReadable() {
            _ = socket?.read { bytes.append(contentsOf: $0) }
            while bytes.count >= 4, let length = Int(String(decoding: bytes[..<4], as: UTF8.self), radix: 16),
                bytes.count >= 4 + length
            {
                let request = String(decoding: bytes[4..<(4 + length)], as: UTF8.self)
                bytes.removeFirst(4 + length)
                guard let answer = answers(request) else { continue }
                socket?.send(answer)
                socket?.closeWhenDrained()
            }
        }
    }
}
