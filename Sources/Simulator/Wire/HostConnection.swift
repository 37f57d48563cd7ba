import ADBWire
import Lanes

/// One host's connection to a phone: packets in, packets out.
///
/// Confined to the phone's lane.
final class HostConnection {
    enum State {
        /// Nothing counts before the host's CNXN.
        case waitingForConnect
        case authenticating
        case online
        case closed
    }

    let core: PhoneCore
    let fault: Fault.Kind?
    private(set) var state = State.waitingForConnect
    var socket: TCPSocket?
    private let closed: (HostConnection) -> Void
    private var parser = PacketParser(policy: .ignore)
    var streams: [UInt32: DeviceStream] = [:]
    var authentication: HostAuthentication?

    /// What the host said it can do.
    private(set) var usesWindows = false
    private(set) var maxPayload: Int

    // The packet that is being read.
    var message = Message(.sync, 0, 0)
    private(set) var gathered: [UInt8] = []
    private var sum: UInt32 = 0
    var writing: DeviceStream?

    // What is to be sent at the end of this turn.
    var outbox: PacketOutbox
    private var dirty: [DeviceStream] = []
    var isGathering = false
    private lazy var line = DelayLine(core.timers, shaping: shaping) { [unowned self] in socket?.send($0) }
    private let shaping: Shaping
    private var received: UInt64 = 0
    var isReadingStopped = false
    var hasMisbehaved = false
    var floodAgain: (() -> Void)?

    init(core: PhoneCore, fault: Fault.Kind?, closed: @escaping (HostConnection) -> Void) {
        self.core = core
        self.fault = fault
        self.closed = closed
        outbox = PacketOutbox(
            usesChecksums: core.profile.protocolVersion < ProtocolVersion.withoutChecksum.rawValue)
        maxPayload = Int(core.profile.maxPayload)
        var shaping = core.settings.shaping
        if case .slow(let rate) = fault { shaping.bytesPerSecond = rate }
        self.shaping = shaping
    }

    func attach(_ socket: TCPSocket) {
        self.socket = socket
        if fault == .hangUp { close() }
    }

    // MARK: Reading

    func readable() {
        guard let socket, state != .closed else { return }
        isGathering = true
        let bound = shaping.bytesPerSecond.map { Int(max(4096, min($0 / 50, 1 << 20))) } ?? 4 << 20
        var count = 0
        let outcome = socket.read(atMost: bound) { bytes in
            count += bytes.count
            take(bytes)
        }
        isGathering = false
        if count > 0 { core.record.count { $0.bytesReceived += UInt64(count) } }
        flush()
        switch outcome {
        case .drained: hold(after: count)
        case .endOfStream, .failed: close()
        }
    }

    /// A narrow line takes no more bytes until those that came would have passed.
    private func hold(after count: Int) {
        guard let rate = shaping.bytesPerSecond, count > 0, let socket, state != .closed, !isReadingStopped else {
            return
        }
        socket.pauseReading()
        core.timers.after(.seconds(Double(count) / Double(rate))) { [weak self] in
            guard let self, state != .closed, !isReadingStopped else { return }
            self.socket?.resumeReading()
            readable()
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard state != .closed, !isReadingStopped else { return }
        switch fault {
        case .garbage: return answerWithGarbage()
        case .stall(.connect): return
        case .drop(let atByte) where received + UInt64(bytes.count) >= atByte:
            parse(UnsafeRawBufferPointer(rebasing: bytes[..<Int(atByte - min(received, atByte))]))
            return reset("dropped at byte \(atByte)")
        default: break
        }
        received += UInt64(bytes.count)
        parse(bytes)
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) {
        do {
            try parser.consume(bytes, maxPayload: maxPayload) { event in
                guard state != .closed else { return }
                switch event {
                case .header(let message): begin(message)
                case .payload(let slice, let remaining): gather(slice, remaining: remaining)
                }
            }
        } catch {
            // More than 1 MiB in one packet: adbd closes the connection without a word.
            close()
        }
    }

    private func begin(_ message: Message) {
        self.message = message
        sum = 0
        gathered.removeAll(keepingCapacity: true)
        writing = nil
        if message.command == .write, state == .online { writing = streams[message.arg1] }
        if message.length == 0 { end() }
    }

    private func gather(_ slice: UnsafeRawBufferPointer, remaining: Int) {
        if checksIncoming { sum &+= Checksum.sum(of: slice) }
        if message.command == .write {
            writing?.receive(slice)
        } else {
            gathered.append(contentsOf: slice)
        }
        if remaining == 0 { end() }
    }

    private var checksIncoming: Bool { core.profile.quirks.contains(.checksums) }

    private func end() {
        guard !checksIncoming || sum == message.check else { return close() }
        switch message.command {
        case .connect: hostConnected()
        case .auth where state == .authenticating: authentication?.receive(message.arg0, gathered)
        case .open where state == .online: open()
        case .okay where state == .online: acknowledged()
        case .write where state == .online: written()
        case .close where state == .online: hostClosed()
        default: break
        }
    }

    // MARK: Handshake

    private func hostConnected() {
        let banner = gathered.withUnsafeBytes { Banner(parsing: $0) }
        for stream in streams.values { stream.hostClosed() }
        streams = [:]
        dirty = []
        let profile = core.profile
        usesWindows = profile.offers("delayed_ack") && banner.features.contains(.delayed_ack)
        outbox.usesChecksums = min(message.arg0, profile.protocolVersion) < ProtocolVersion.withoutChecksum.rawValue
        maxPayload = Int(min(max(message.arg1, 4096), profile.maxPayload))
        if fault == .stall(.auth) || fault == .unauthorized || core.settings.authentication != .none {
            state = .authenticating
            authentication = HostAuthentication(self)
            authentication?.sendToken()
        } else {
            online()
        }
    }

    /// Tells the host who the phone is; from now on streams can be opened.
    func online() {
        guard state != .closed else { return }
        state = .online
        authentication = nil
        core.record.count { $0.handshakes += 1 }
        // Modern phones name the smaller limit of both already.
        let limit = core.profile.protocolVersion > 0x0100_0000 ? UInt32(maxPayload) : core.profile.maxPayload
        send(.connect, core.profile.protocolVersion, limit, core.banner)
    }

    // MARK: Sending

    func hasOutput(_ stream: DeviceStream) {
        guard fault != .stall(.reply) else { return }
        guard isGathering else {
            stream.pump(maxPayload: maxPayload)
            return flush()
        }
        // One packet with all that the reading of this turn has made is better than many.
        if dirty.last !== stream { dirty.append(stream) }
    }

    func sendWrite(_ stream: DeviceStream, _ count: Int, _ fill: (inout [UInt8]) -> Void) {
        outbox.appendWrite(stream.local, stream.remote, count, fill)
    }

    func send(_ command: Command, _ arg0: UInt32, _ arg1: UInt32, _ payload: [UInt8] = []) {
        guard state != .closed else { return }
        outbox.append(command, arg0, arg1, payload)
        if !isGathering { flush() }
    }

    /// Hands everything over to the socket.
    func flush() {
        while !dirty.isEmpty {
            let streams = dirty
            dirty = []
            isGathering = true
            for stream in streams { stream.pump(maxPayload: maxPayload) }
            isGathering = false
        }
        guard !outbox.bytes.isEmpty, state != .closed else { return }
        let bytes = outbox.take()
        core.record.count { $0.bytesSent += UInt64(bytes.count) }
        if shaping.isNone { socket?.send(bytes) } else { line.send(bytes) }
    }

    // MARK: Ending

    func close() { end { $0.close() } }

    /// Sends what is waiting, then closes.
    func closeWhenDrained() {
        flush()
        end { $0.closeWhenDrained() }
    }

    func reset(_ why: String) {
        note(why)
        end { $0.reset() }
    }

    /// Says and reads nothing more, and leaves the connection open, as a phone that lost its power does.
    func fallSilent() -> TCPSocket? {
        let socket = socket
        end { $0.pauseReading() }
        return socket
    }

    func end(_ how: (TCPSocket) -> Void) {
        guard state != .closed else { return }
        state = .closed
        let streams = streams.values
        self.streams = [:]
        dirty = []
        outbox.bytes = []
        authentication = nil
        floodAgain = nil
        for stream in streams { stream.hostClosed() }
        if let socket { how(socket) }
        socket = nil
        closed(self)
    }
}
