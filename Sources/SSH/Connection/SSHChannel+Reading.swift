import CSSH2
import Lanes

/// How bytes come out of a channel: read by the library, lent to the handler, and kept where it does not take them.
extension SSHChannel {
    /// Reads what there is and tells the handler of it.
    func receive(for handler: any SocketHandler) {
        guard !inbox.isPaused, !inbox.hasEnded else { return }
        guard !inbox.holdsBytes else { return handler.socketReadable() }
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            let count = fill(buffer, from: 0)
            guard count >= 0 else { return broke(count) }
            if count > 0 {
                inbox.lend(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } else {
                inbox.hasEnded = true
            }
            handler.socketReadable()
            inbox.keepRest()
        }
    }

    /// Reads from one of its two streams; negative for the library's answer.
    func fill(_ buffer: UnsafeMutableRawBufferPointer, from stream: CInt) -> Int {
        guard let pointer else { return Int(SSHLibrary.again) }
        return libssh2_channel_read_ex(
            pointer, stream, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }

    func read(
        atMost bound: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows -> StreamReadOutcome {
        var total = 0
        if inbox.holdsBytes {
            let first = inbox.takeHeld()
            total = first.count
            try first.withUnsafeBytes { try body($0) }
        }
        if let lent = inbox.takeLent() {
            total = lent.count
            try body(lent)
        }
        guard isOpen else { return .drained }
        if inbox.hasEnded { return .endOfStream }
        return try withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            while isOpen, !inbox.isPaused, total < bound {
                let count = fill(buffer, from: 0)
                if count > 0 {
                    total += count
                    try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                } else if count == 0 {
                    inbox.hasEnded = true
                    return .endOfStream
                } else {
                    broke(count)
                    return .drained
                }
            }
            if total >= bound { connection.advanceSoon() }
            return .drained
        }
    }

    /// Looks at what the library says when it has nothing: that it waits, or that the connection makes no sense any more.
    ///
    /// The end of the stream below is told by the connection itself.
    func broke(_ status: Int) {
        guard status != Int(SSHLibrary.again), !connection.bytes.isEnded else { return }
        connection.fail(SSHError(.lost, operation, connection.complaint))
    }

    /// Has the library sort what came by channels, without taking anything from this one or widening its window.
    func sort() {
        guard let pointer else { return }
        let status = libssh2_channel_wait_eof(pointer)
        if status != 0 { broke(Int(status)) }
    }

    func pauseReading() { inbox.isPaused = true }

    func resumeReading() {
        guard inbox.isPaused else { return }
        inbox.isPaused = false
        connection.advanceSoon()
    }

    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        guard !inbox.isPaused, isOpen else { return }
        pauseReading()
        goOnResting(duration, isWanted)
    }

    private func goOnResting(_ duration: Duration, _ isWanted: @escaping @Sendable () -> Bool) {
        lane.schedule(after: duration) { [self] in
            if isOpen, isWanted() { goOnResting(duration, isWanted) } else { resumeReading() }
        }
    }
}
