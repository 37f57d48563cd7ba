import Lanes

/// A stream that breaks after so many bytes were sent, in the midst of a packet.
final class CutStream: ByteStream {
    private let inner: TCPSocket
    private var handler: (any SocketHandler)?
    private var left: Int

    init(_ inner: TCPSocket, after count: Int, handler: any SocketHandler) {
        self.inner = inner
        self.handler = handler
        left = count
    }

    var lane: Lane { inner.lane }
    var queuedByteCount: Int { inner.queuedByteCount }

    func read(atMost bound: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows -> StreamReadOutcome {
        try inner.read(atMost: bound, body)
    }

    func send(_ bytes: [UInt8]) {
        inner.send(Array(bytes.prefix(left)))
        count(bytes.count)
    }

    func send(_ shared: SharedBytes, _ range: Range<Int>) {
        inner.send(shared, range.prefix(left).startIndex..<range.prefix(left).endIndex)
        count(range.count)
    }

    private func count(_ bytes: Int) {
        guard left > 0 else { return }
        left = max(0, left - bytes)
        guard left == 0 else { return }
        // What was sent before still arrives, as on a real wire.
        let handler = handler
        self.handler = nil
        inner.closeWhenDrained()
        inner.lane.run { handler?.socketFailed(StreamFailure("read", "Connection reset by peer")) }
    }

    func tellWhenDrained() { inner.tellWhenDrained() }
    func pauseReading() { inner.pauseReading() }
    func resumeReading() { inner.resumeReading() }
    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        inner.rest(for: duration, while: isWanted)
    }
    func close() {
        if left > 0 { inner.close() }
    }
    func closeWhenDrained() { inner.closeWhenDrained() }
}
