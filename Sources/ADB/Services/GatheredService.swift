import Lanes

/// Opens a stream, sends nothing or a little, and gathers all that comes until the phone closes it.
// Sendable: touched only on the connection's lane.
final class GatheringConversation: StreamHandler, @unchecked Sendable {
    /// What came, and whether more came than was kept.
    let end = Waiter<(bytes: [UInt8], isTruncated: Bool)>()
    private var bytes: [UInt8] = []
    private var isTruncated = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func streamReceived(_ received: UnsafeRawBufferPointer) {
        let room = limit - bytes.count
        if received.count > room { isTruncated = true }
        bytes.append(contentsOf: received.prefix(max(0, room)))
    }

    func streamEnded(_ failure: ADBError?) {
        end.resume(with: failure.map { .failure($0) } ?? .success((bytes, isTruncated)))
    }
}

extension ADBConnection {
    /// Asks a service that answers with text and closes.
    func ask(
        _ service: String, operation: String, limit: Int = 1 << 20, within open: Duration? = nil,
        meter: ProgressMeter? = nil
    ) async throws -> (bytes: [UInt8], isTruncated: Bool) {
        let conversation = GatheringConversation(limit: limit)
        let stream = self.open(Array(service.utf8), operation: operation, within: open, handler: conversation)
        stream.meter = meter
        return try await conversation.end.value(orClosing: stream)
    }
}
