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
            outbox.bytes += packet
            note("sent a wrong magic")
        case .wrongLength:
            var header = Message(.write, core.makeStreamID(), message.arg0)
            header.length = .max
            header.append(to: &outbox.bytes)
            note("announced 4 GiB")
        case .flood:
            guard !hasMisbehaved else { return true }
            hasMisbehaved = true
            let isShell = gathered.starts(with: Array("shell,v2".utf8))
            let stream = DeviceStream(
                local: core.makeStreamID(), remote: message.arg0, window: nil, connection: self)
            acknowledge(stream, usesWindows ? HostConnection.window : nil)
            note("flooded")
            flood(floodOutput(stream, isShell: isShell))
        default: return false
        }
        return true
    }

    /// A MiB of output as `yes` would print it, in packets of 4 KiB.
    private func floodOutput(_ stream: DeviceStream, isShell: Bool) -> [UInt8] {
        let room = 4096 - (isShell ? ShellPacket.headerSize : 0)
        let lines = (0..<room).map { UInt8(ascii: $0 % 2 == 0 ? "y" : "\n") }
        let payload = isShell ? ShellPacket.stdout.encoded(lines) : lines
        let check = outbox.usesChecksums ? payload.withUnsafeBytes { Checksum.sum(of: $0) } : 0
        var bytes: [UInt8] = []
        for _ in 0..<256 {
            Message(.write, stream.local, stream.remote, length: payload.count, check: check).append(to: &bytes)
            bytes += payload
        }
        return bytes
    }

    /// Sends the output whenever the last of it has left, so that the flood fills the host and not this machine.
    private func flood(_ output: [UInt8]) {
        outbox.bytes += output
        floodAgain = { [unowned self] in flood(output) }
        if !isGathering { flush() }
        socket?.tellWhenDrained()
    }

    /// Everything that was sent has left.
    func drained() { floodAgain?() }
}
