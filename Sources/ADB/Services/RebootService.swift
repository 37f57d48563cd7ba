import Lanes

extension ADBConnection {
    /// Asks for a reboot and returns when the request was taken; the link is gone soon after.
    ///
    /// - Parameter mode: nil for a plain reboot, or `bootloader`, `recovery`, `sideload`.
    /// - Throws: ``ADBError``; `serviceRefused` when the phone does not reboot by this service.
    public func reboot(into mode: String? = nil) async throws {
        let conversation = RebootConversation(limit: limits.reboot, lane: lane)
        let stream = open("reboot:" + (mode ?? ""), operation: "reboot \(name)", handler: conversation)
        try await conversation.end.value(orClosing: stream)
    }
}

/// The phone accepts, and then ends the stream, the link, or neither.
// Sendable: touched only on the connection's lane.
private final class RebootConversation: StreamHandler, @unchecked Sendable {
    let end = Waiter<Void>()
    private let limit: Duration
    private let lane: Lane
    private var isTaken = false

    init(limit: Duration, lane: Lane) {
        self.limit = limit
        self.lane = lane
    }

    func streamOpened() {
        isTaken = true
        lane.schedule(after: limit) { [end] in end.resume(with: .success(())) }
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {}

    func streamEnded(_ failure: ADBError?) {
        end.resume(with: isTaken ? .success(()) : failure.map { .failure($0) } ?? .success(()))
    }
}
