public import ADBWire
public import Lanes

extension ADBServer {
    /// The phones that the server knows now, in its own order.
    ///
    /// - Throws: ``ADBError``, `CancellationError`.
    public func devices(on lane: Lane, limits: LinkLimits = LinkLimits()) async throws -> [ServerDevice] {
        let text = try await query("host:devices-l", on: lane, limits: limits)
        return ServerDevice.parse(list: text)
    }

    /// Hands over the list of phones now and at every change, until `take` returns false or the server is gone.
    ///
    /// - Throws: ``ADBError``, `CancellationError`.
    public func track(
        on lane: Lane, limits: LinkLimits = LinkLimits(), take: @escaping @Sendable ([ServerDevice]) -> Bool
    ) async throws {
        let conversation = TrackConversation(take: take)
        let stream = ServerStream(
            to: self, on: lane, requests: ["host:track-devices-l"], operation: "watch the phones of \(name)",
            limits: limits, handler: conversation)
        conversation.stream = stream
        stream.start(within: limits.open)
        try await conversation.end.value(orClosing: stream)
    }

    /// Asks one question whose answer is one text.
    func query(_ request: String, on lane: Lane, limits: LinkLimits) async throws -> String {
        lane.preconditionOnLane()
        let operation = "ask adb server \(name)"
        let conversation = GatheringConversation(limit: 4 + ServerFraming.longestRequest)
        let stream = ServerStream(
            to: self, on: lane, requests: [request], operation: operation, limits: limits, handler: conversation)
        stream.start(within: limits.open)
        let answer = try await conversation.end.value(orClosing: stream).bytes
        do throws(WireError) {
            let length = try ServerFraming.length(answer.prefix(4))
            guard answer.count >= 4 + length else { throw WireError(.malformed, "an answer that ends too early") }
            return String(decoding: answer[4..<(4 + length)], as: UTF8.self)
        } catch {
            throw ADBError(.protocolViolation, operation, "\(error)", mayHaveBeenSent: false)
        }
    }
}

// Sendable: touched only on the lane.
private final class TrackConversation: StreamHandler, @unchecked Sendable {
    let end = Waiter<Void>()
    var stream: ServerStream?
    private var bytes: [UInt8] = []
    private let take: @Sendable ([ServerDevice]) -> Bool

    init(take: @escaping @Sendable ([ServerDevice]) -> Bool) { self.take = take }

    func streamReceived(_ received: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: received)
        do throws(WireError) {
            while bytes.count >= 4 {
                let length = try ServerFraming.length(bytes.prefix(4))
                guard bytes.count >= 4 + length else { return }
                let text = String(decoding: bytes[4..<(4 + length)], as: UTF8.self)
                bytes.removeFirst(4 + length)
                guard take(ServerDevice.parse(list: text)) else { return finish(.success(())) }
            }
        } catch {
            finish(.failure(ADBError(.protocolViolation, "watch the phones", "\(error)", mayHaveBeenSent: false)))
        }
    }

    func streamEnded(_ failure: ADBError?) {
        let gone = ADBError(.lost, "watch the phones", "the adb server hung up", mayHaveBeenSent: false)
        finish(.failure(failure ?? gone))
    }

    private func finish(_ outcome: Result<Void, any Error>) {
        stream?.close()
        stream = nil
        end.resume(with: outcome)
    }
}
