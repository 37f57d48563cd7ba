import Farm
import Glibc
import Lanes
import SSH

// Sendable: touched only on the connection's lane.

/// One question to a port that a host reaches, and the answer.
final class HostExchange: SocketHandler, @unchecked Sendable {
    private let request: [UInt8]
    private let limit: Int
    private var stream: (any ByteStream)?
    private var answer: [UInt8] = []
    private let ended = Waiter<[UInt8]?>()

    /// - Parameter limit: Bytes of the answer after which nothing more is read; 0 only asks whether somebody is there.
    init(_ request: [UInt8], limit: Int) {
        self.request = request
        self.limit = limit
    }

    /// - Returns: The answer; nil when nobody takes the connection there.
    /// - Throws: `SSHError`, `CancellationError`.
    func made(through connection: SSHConnection, with address: Address) async throws -> [UInt8]? {
        stream = connection.openStream(to: address.host, port: address.port, handler: self)
        defer {
            stream?.close()
            stream = nil
        }
        do {
            return try await ended.value()
        } catch let failure as StreamFailure {
            guard failure.errno != ECONNREFUSED else { return nil }
            throw connection.failure
                ?? SSHError(.forwardRefused, failure.operation, failure.reason, advice: failure.advice)
        }
    }

    func socketConnected() {
        guard limit > 0 else { return end() }
        stream?.send(request)
    }

    func socketDrained() {}

    func socketReadable() {
        guard let stream else { return }
        let outcome = stream.read { bytes in answer.append(contentsOf: bytes.prefix(limit - answer.count)) }
        if case .drained = outcome, answer.count < limit { return }
        end()
    }

    func socketFailed(_ failure: StreamFailure) {
        stream = nil
        // A server that answers and then resets has answered.
        if answer.isEmpty { ended.resume(with: .failure(failure)) } else { ended.resume(with: .success(answer)) }
    }

    private func end() { ended.resume(with: .success(answer)) }
}
