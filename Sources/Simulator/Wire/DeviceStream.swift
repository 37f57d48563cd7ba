import ADBWire

/// The phone's end of one stream: ids, credit in both directions, and the buffer between service and packets.
final class DeviceStream {
    /// Bytes that a service may leave lying before the host is held back.
    static let backlogLimit = 1 << 20

    let local: UInt32
    let remote: UInt32
    private unowned let connection: HostConnection
    private var service: (any DeviceService)?
    private var outgoing = OutgoingBytes()
    /// Without windows: whether the last WRTE was acknowledged.
    ///
    /// The OPEN itself is the first credit.
    private var mayWrite = true
    /// With windows: bytes that the host still takes.
    private var available: Int64
    private let usesWindows: Bool
    private var isFinished = false
    private var isClosed = false
    private var owedBytes = 0
    private var owesAcknowledgement = false

    init(local: UInt32, remote: UInt32, window: UInt32?, connection: HostConnection) {
        self.local = local
        self.remote = remote
        self.connection = connection
        usesWindows = window != nil
        available = Int64(window ?? 0)
    }

    func begin(_ service: any DeviceService) {
        self.service = service
        service.start()
    }

    /// Bytes that wait for credit.
    var queued: Int { outgoing.count }

    // MARK: From the host

    func receive(_ bytes: UnsafeRawBufferPointer) { service?.receive(bytes) }

    /// The end of a WRTE: acknowledged at once, unless the service lags behind.
    func writeEnded(_ count: Int) {
        owedBytes += count
        owesAcknowledgement = true
        inputWasTaken()
    }

    /// The service has worked on bytes that it had left lying.
    func inputWasTaken() {
        guard owesAcknowledgement, !isClosed, (service?.backlog ?? 0) < Self.backlogLimit else { return }
        connection.acknowledge(self, usesWindows ? owedBytes : nil)
        owesAcknowledgement = false
        owedBytes = 0
    }

    /// An OKAY of the host; one without the payload that is due, or with one that is not, is ignored.
    func acknowledged(_ payload: [UInt8]) {
        if usesWindows {
            guard payload.count == 4 else { return }
            let bytes = payload.withUnsafeBytes { Int32(littleEndian: $0.loadUnaligned(as: Int32.self)) }
            available += Int64(bytes)
        } else {
            guard payload.isEmpty else { return }
            mayWrite = true
        }
        connection.hasOutput(self)
    }

    /// The host has closed the stream, or the connection is gone.
    func hostClosed() {
        guard !isClosed else { return }
        isClosed = true
        let service = service
        self.service = nil
        outgoing.removeAll()
        service?.hostClosed()
    }

    // MARK: To the host

    func write(_ bytes: [UInt8]) {
        guard !isClosed, !isFinished, !bytes.isEmpty else { return }
        outgoing.append(bytes)
        connection.hasOutput(self)
    }

    /// Lets `body` append to the buffer in place.
    func write(_ body: (inout [UInt8]) -> Void) {
        guard !isClosed, !isFinished else { return }
        outgoing.append(body)
        connection.hasOutput(self)
    }

    /// The service has ended: what is buffered leaves without waiting for credit, then CLSE.
    func finish() {
        guard !isClosed, !isFinished else { return }
        isFinished = true
        connection.hasOutput(self)
    }

    /// Sends what credit allows, all of it in as few packets as possible.
    func pump(maxPayload: Int) {
        guard !isClosed else { return }
        while !outgoing.isEmpty, isFinished || (usesWindows ? available > 0 : mayWrite) {
            let count = min(outgoing.count, maxPayload)
            connection.sendWrite(self, count) { outgoing.take(count, into: &$0) }
            available -= Int64(count)
            mayWrite = false
            if outgoing.count < maxPayload, !isFinished { service?.outputHasRoom() }
        }
        guard isFinished else { return }
        isClosed = true
        service = nil
        connection.closeFromHere(self)
    }
}
