import Lanes

/// Opens a stream, sends nothing, a little or a long input, and gathers all that comes until the phone closes it.
// Sendable: touched only on the connection's lane.
final class GatheringConversation: StreamHandler, @unchecked Sendable {
    let end = Waiter<GatheredAnswer>()
    var stream: (any ADBStream)?
    private var bytes: [UInt8] = []
    private var isTruncated = false
    private let limit: Int
    private var overflow: OutputOverflow
    private var feed: FeedCursor?
    private let meter: ProgressMeter?

    init(limit: Int, feed: FeedCursor? = nil, meter: ProgressMeter? = nil) {
        self.limit = limit
        self.feed = feed
        self.meter = meter
        overflow = OutputOverflow(kept: limit)
    }

    func streamNeedsBytes() {
        if let stream { feed?.fill(stream) }
    }

    func streamDrained() {
        if feed?.isAtEnd == true { meter?.expectBytes(false) }
    }

    func streamReceived(_ received: UnsafeRawBufferPointer) {
        guard overflow.takes(received.count, of: stream) else {
            stream?.close()
            stream = nil
            end.resume(with: .success(GatheredAnswer(bytes: bytes, isTruncated: true, isEndless: true)))
            return
        }
        let room = limit - bytes.count
        if received.count > room { isTruncated = true }
        bytes.append(contentsOf: received.prefix(max(0, room)))
    }

    func streamEnded(_ failure: ADBError?) {
        stream = nil
        end.resume(
            with: failure.map { .failure($0) } ?? .success(GatheredAnswer(bytes: bytes, isTruncated: isTruncated)))
    }
}

/// What a service answered.
struct GatheredAnswer: Sendable {
    var bytes: [UInt8]
    /// Whether more came than was kept.
    var isTruncated: Bool
    /// Whether so much more came that the service was given up.
    var isEndless = false
}

extension ADBConnection {
    /// Asks a service that answers with text and closes.
    func ask(
        _ service: String, operation: String, limit: Int = 1 << 20, within open: Duration? = nil,
        meter: ProgressMeter? = nil
    ) async throws -> GatheredAnswer {
        try await gather(
            service, GatheringConversation(limit: limit), operation: operation, within: open, meter: meter)
    }

    /// Opens a service and waits until it has said all.
    func gather(
        _ service: String, _ conversation: GatheringConversation, operation: String, within open: Duration? = nil,
        meter: ProgressMeter?
    ) async throws -> GatheredAnswer {
        let stream = self.open(Array(service.utf8), operation: operation, within: open, handler: conversation)
        stream.meter = meter
        conversation.stream = stream
        return try await conversation.end.value(orClosing: stream)
    }
}
