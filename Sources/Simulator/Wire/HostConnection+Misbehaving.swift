import ADBWire
import Lanes

/// The faults that show in what a connection says and takes.
extension HostConnection {
    func note(_ what: String) { core.record.note { $0.faults.append(what) } }

    func stopReading() {
        isReadingStopped = true
        socket?.pauseReading()
    }

    func answerWithGarbage() {
        note("spoke HTTP")
        let text = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"
        socket?.send(Array(text.utf8))
        end { $0.closeWhenDrained() }
    }

    /// The faults of the first answer to an OPEN; whether one was shown.
    func misbehaveAtOpen() -> Bool {
        switch fault {
        case .wrongMagic:
            var packet = Message.packet(.okay, core.makeStreamID(), message.arg0)
            packet[20] ^= 0xff
            outbox += packet
            note("sent a wrong magic")
        case .wrongLength:
            var header = Message(.write, core.makeStreamID(), message.arg0)
            header.length = .max
            header.append(to: &outbox)
            note("announced 4 GiB")
        case .flood:
            guard !hasMisbehaved else { return true }
            hasMisbehaved = true
            let stream = core.makeStreamID()
            send(.okay, stream, message.arg0)
            note("flooded")
            flood(stream, message.arg0)
        default: return false
        }
        return true
    }

    /// Sends a MiB whenever the last one has left, so that the flood fills the host and not this machine.
    private func flood(_ local: UInt32, _ remote: UInt32) {
        let payload = [UInt8](repeating: 0xa5, count: 4096)
        for _ in 0..<256 { outbox += Message.packet(.write, local, remote, payload: payload) }
        floodAgain = { [unowned self] in flood(local, remote) }
        if !isGathering { flush() }
        socket?.tellWhenDrained()
    }

    /// Everything that was sent has left.
    func drained() { floodAgain?() }
}
