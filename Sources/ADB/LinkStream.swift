import ADBWire
import Lanes

/// One stream of an ``ADBLink``: the OPEN/OKAY/WRTE/CLSE life and both kinds of flow control.
// Sendable: touched only on the link's lane.
final class LinkStream: ADBStream, @unchecked Sendable {
    private enum State {
        case opening
        case open(remoteID: UInt32)
        case ended
    }
    private enum Credit {
        /// One WRTE at a time; the number is the size of the one under way.
        case oneAtATime(underWay: Int?)
        /// As many bytes as the phone has room for; may fall below zero by one packet.
        case window(Int64)
    }

    let id: UInt32
    private let link: ADBLink
    private let operation: String
    private var handler: (any StreamHandler)?
    private var state = State.opening
    private var credit: Credit
    private var unacknowledged = 0
    private var outbox = Outbox()
    private var isPumping = false
    private var openTimer: LaneTimer?
    var meter: ProgressMeter?

    init(id: UInt32, link: ADBLink, operation: String, handler: any StreamHandler) {
        self.id = id
        self.link = link
        self.operation = operation
        self.handler = handler
        credit = link.features.contains(.delayed_ack) ? .window(0) : .oneAtATime(underWay: nil)
    }

    func startWaiting(_ limit: Duration) {
        openTimer = link.lane.schedule(after: limit) { [weak self] in self?.openingTookTooLong(limit) }
    }

    private func openingTookTooLong(_ limit: Duration) {
        guard case .opening = state else { return }
        link.forget(self, isUnanswered: true)
        finish(ADBError(.timedOut, operation, "the phone did not open the service within \(limit)"))
    }

    // MARK: Sending

    var unsentByteCount: Int { outbox.count }

    func send(_ bytes: [UInt8]) {
        if case .ended = state { return }
        outbox.append(bytes)
        pump()
    }

    func send(_ shared: SharedBytes, _ range: Range<Int>) {
        if case .ended = state { return }
        outbox.append(shared, range)
        pump()
    }

    func moreBytesAreThere() { pump() }

    /// Sends as many full packets as flow control and the socket allow.
    func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while case .open(let remoteID) = state {
            if outbox.count < link.maxPayload { handler?.streamNeedsBytes() }
            guard !outbox.isEmpty, hasCredit, link.hasRoom, case .open = state else { return }
            let count = min(outbox.count, link.maxPayload)
            spend(count)
            link.sendWrite(id, remoteID, count, from: &outbox)
        }
    }

    private var hasCredit: Bool {
        switch credit {
        case .oneAtATime(let underWay): underWay == nil
        case .window(let available): available > 0
        }
    }

    private func spend(_ count: Int) {
        unacknowledged += count
        switch credit {
        case .oneAtATime: credit = .oneAtATime(underWay: count)
        case .window(let available): credit = .window(available - Int64(count))
        }
    }

    // MARK: From the phone

    func isOpen(remoteID: UInt32) -> Bool {
        guard case .open(remoteID) = state else { return false }
        return true
    }

    /// Whether the phone has not said yet whether it opens the service.
    var isUnanswered: Bool {
        guard case .opening = state else { return false }
        return true
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        meter?.move(bytes.count)
        handler?.streamReceived(bytes)
    }

    /// Tells the phone that a WRTE was taken, unless the handler has closed the stream over it.
    func acknowledge(_ count: Int32) {
        guard case .open(let remoteID) = state else { return }
        guard case .window = credit else { return link.send(.okay, id, remoteID) }
        link.send(.okay, id, remoteID, payload: withUnsafeBytes(of: count.littleEndian) { Array($0) })
    }

    func received(okayFrom remoteID: UInt32, bytes: Int32?) {
        switch state {
        case .opening:
            guard remoteID != 0 else { return }
            openTimer?.cancel()
            state = .open(remoteID: remoteID)
            if let bytes { credit = .window(Int64(bytes)) }
            handler?.streamOpened()
            pump()
        case .open(remoteID):
            addCredit(bytes)
            if outbox.isEmpty, unacknowledged == 0 { handler?.streamDrained() }
            pump()
        case .open, .ended: return
        }
    }

    private func addCredit(_ bytes: Int32?) {
        var taken = 0
        switch credit {
        case .oneAtATime(let underWay):
            taken = underWay ?? 0
            credit = .oneAtATime(underWay: nil)
        case .window(let available):
            taken = max(0, Int(bytes ?? 0))
            credit = .window(available + Int64(bytes ?? 0))
        }
        // A phone may grant more than it was sent.
        taken = min(taken, unacknowledged)
        unacknowledged -= taken
        meter?.move(taken)
    }

    func receivedClose() {
        link.forget(self)
        switch state {
        case .opening:
            finish(ADBError(.serviceRefused, operation, "the phone does not offer this service"))
        case .open(let remoteID):
            link.send(.close, id, remoteID)
            finish(nil)
        case .ended: return
        }
    }

    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        link.rest(for: duration, while: isWanted)
    }

    // MARK: Ending

    func close() {
        switch state {
        case .opening: link.forget(self, isUnanswered: true)
        case .open(let remoteID):
            link.forget(self)
            link.send(.close, id, remoteID)
        case .ended: return
        }
        handler = nil
        finish(nil)
    }

    /// The link is gone; the stream hears why.
    func linkEnded(_ failure: ADBError) {
        finish(failure.during(operation, mayHaveBeenSent: failure.mayHaveBeenSent))
    }

    private func finish(_ failure: ADBError?) {
        if case .ended = state { return }
        state = .ended
        openTimer?.cancel()
        outbox.removeAll()
        let handler = handler
        self.handler = nil
        handler?.streamEnded(failure)
    }
}
