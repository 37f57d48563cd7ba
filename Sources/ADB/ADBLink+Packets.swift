import ADBWire
import Lanes

/// The packet that is being read, and the little of it that has to be gathered.
struct PacketInbox {
    var message = Message(.sync, 0, 0)
    var stream: LinkStream?
    var gathered: [UInt8] = []
}

extension ADBLink {
    /// Takes one event of the parser.
    func handle(_ event: PacketEvent) throws {
        switch event {
        case .header(let message):
            packets.message = message
            packets.gathered.removeAll(keepingCapacity: true)
            packets.stream = nil
            try begin(message)
        case .payload(let bytes, let remaining):
            try take(bytes, remaining: remaining)
        }
    }

    private func begin(_ message: Message) throws {
        if Int(message.length) > maxPayloadFromPhone {
            throw WireError(.payloadTooLong, "data_length of \(message.command)", value: UInt64(message.length))
        }
        switch message.command {
        case .write:
            guard let stream = stream(message.arg1) else { return try count(unclaimed: message) }
            if stream.isUnanswered { throw unexpected("data for a stream that it has not opened") }
            guard stream.isOpen(remoteID: message.arg0) else { return try count(unclaimed: message) }
            packets.stream = stream
            // Not the end of anything: acknowledged, or a phone that waits for it would wait for ever.
            if message.length == 0 { stream.acknowledge(0) }
        case .connect, .auth:
            guard message.length <= Banner.longest else {
                throw WireError(.payloadTooLong, "payload of \(message.command)", value: UInt64(message.length))
            }
            if message.length == 0 { try complete(message, UnsafeRawBufferPointer(start: nil, count: 0)) }
        default:
            if message.length == 0 { try complete(message, UnsafeRawBufferPointer(start: nil, count: 0)) }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, remaining: Int) throws {
        let message = packets.message
        switch message.command {
        case .write:
            guard let stream = packets.stream else { return }
            stream.received(bytes)
            if remaining == 0 { stream.acknowledge(Int32(message.length)) }
        case .connect, .auth, .okay, .startTLS, .close, .open:
            if remaining == 0, packets.gathered.isEmpty { return try complete(message, bytes) }
            // Only the beginning of a payload is ever looked at, except for banner and token, which are short.
            packets.gathered.append(contentsOf: bytes.prefix(Banner.longest - packets.gathered.count))
            guard remaining == 0 else { return }
            let gathered = packets.gathered
            try gathered.withUnsafeBytes { try complete(message, $0) }
        default: return
        }
    }

    /// What was under way when a stream was closed is dropped; more than that is nobody's.
    private func count(unclaimed message: Message) throws {
        unclaimed += Int(message.length)
        if unclaimed > 2 * Int(Self.receiveWindow) { throw unexpected("data without end that nobody asked for") }
    }

    private func unexpected(_ what: String) -> ADBError {
        ADBError(.protocolViolation, "talk to \(name)", "the phone sends \(what)")
    }

    /// Before the banners are exchanged only short packets are legal; afterwards what was agreed.
    private var maxPayloadFromPhone: Int {
        if case .open = state { maxPayload } else { PayloadLimit.modern }
    }

    private func complete(_ message: Message, _ payload: UnsafeRawBufferPointer) throws {
        switch message.command {
        case .connect: try received(connect: message, banner: payload)
        case .auth: try received(auth: message, payload: payload)
        case .startTLS:
            throw ADBError(
                .tlsRequired, connecting, "this port speaks TLS only (wireless debugging); use `adb tcpip` or USB",
                mayHaveBeenSent: false)
        case .okay: received(okay: message, payload)
        case .close: received(close: message)
        case .open:
            // Nobody asked the phone to connect back.
            send(.close, 0, message.arg0)
        default: return
        }
    }

    private func received(okay message: Message, _ payload: UnsafeRawBufferPointer) {
        guard let stream = stream(message.arg1) else {
            if wasAbandoned(message.arg1) { send(.close, message.arg1, message.arg0) }
            return
        }
        guard features.contains(.delayed_ack) else {
            return stream.received(okayFrom: message.arg0, bytes: nil)
        }
        // Without its number an OKAY of windowed flow control means nothing.
        guard payload.count == 4 else { return }
        stream.received(okayFrom: message.arg0, bytes: Int32(littleEndian: payload.loadUnaligned(as: Int32.self)))
    }

    private func received(close message: Message) {
        // Old phones say 0 for their own id, so only ours counts.
        guard let stream = stream(message.arg1) else {
            _ = wasAbandoned(message.arg1)
            return
        }
        stream.receivedClose()
    }
}
