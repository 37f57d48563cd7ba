import ADBWire

/// What the host asks of streams: to be opened, acknowledged, written to and closed.
extension HostConnection {
    func open() {
        guard message.arg0 != 0 else { return }
        guard fault != .stall(.open) else { return note("stalled at open") }
        guard usesWindows == (message.arg1 != 0) else {
            if !core.profile.quirks.contains(.ignoresWindows) { send(.close, 0, message.arg0) }
            return
        }
        guard core.countService(fault) else { return }
        if misbehaveAtOpen() { return }
        var name = gathered
        if core.profile.quirks.contains(.eatsLastByte) { _ = name.popLast() }
        while name.last == 0 { name.removeLast() }
        core.record.count { $0.streams += 1 }
        core.record.note {
            $0.services.append(String(decoding: name.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self))
        }
        let stream = DeviceStream(
            local: core.makeStreamID(), remote: message.arg0, window: usesWindows ? message.arg1 : nil, connection: self
        )
        guard let service = ServiceTable.service(for: name, stream, self) else {
            return send(.close, 0, message.arg0)
        }
        streams[stream.local] = stream
        acknowledge(stream, usesWindows ? HostConnection.window : nil)
        if fault == .emptyWrite { send(.write, stream.local, stream.remote) }
        stream.begin(service)
    }

    /// The phone's own receive window, as adbd has it.
    static let window = 32 << 20

    func acknowledge(_ stream: DeviceStream, _ bytes: Int?) {
        let payload = bytes.map { count in withUnsafeBytes(of: UInt32(count).littleEndian) { Array($0) } } ?? []
        send(.okay, stream.local, stream.remote, payload)
    }

    func acknowledged() {
        // A flood hears nothing.
        guard floodAgain == nil else { return }
        guard let stream = streams[message.arg1] else { return send(.close, message.arg1, message.arg0) }
        stream.acknowledged(gathered)
    }

    func written() {
        guard let stream = writing else { return }
        writing = nil
        if fault == .stall(.write) {
            // Neither acknowledged nor read any further, so that TCP fills up behind it.
            note("stalled at write")
            return stopReading()
        }
        stream.writeEnded(Int(message.length))
    }

    func hostClosed() {
        guard let stream = streams.removeValue(forKey: message.arg1) else { return }
        stream.hostClosed()
        send(.close, stream.local, stream.remote)
    }

    /// The phone's side has ended; the host answers with a CLSE of its own.
    func closeFromHere(_ stream: DeviceStream) {
        streams[stream.local] = nil
        send(.close, stream.local, stream.remote)
        if fault == .doubleClose { send(.close, stream.local, stream.remote) }
    }
}
