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
    private var streams: [UInt32: DeviceStream] = [:]
    var authentication: HostAuthentication?

    /// What the host said it can do.
    private(set) var usesWindows = false
    private(set) var usesChecksums: Bool
    private(set) var maxPayload: Int

    // The packet that is being read.
    var message = Message(.sync, 0, 0)
    private(set) var gathered: [UInt8] = []
    private var sum: UInt32 = 0
    private var writing: DeviceStream?

    // What is to be sent at the end of this turn.
    var outbox: [UInt8] = []
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
        usesChecksums = core.profile.protocolVersion < ProtocolVersion.withoutChecksum.rawValue
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
        usesChecksums = min(message.arg0, profile.protocolVersion) < ProtocolVersion.withoutChecksum.rawValue
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

    // MARK: Streams

    private func open() {
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

    private func acknowledged() {
        // A flood hears nothing.
        guard floodAgain == nil else { return }
        guard let stream = streams[message.arg1] else { return send(.close, message.arg1, message.arg0) }
        stream.acknowledged(gathered)
    }

    private func written() {
        guard let stream = writing else { return }
        writing = nil
        if fault == .stall(.write) {
            // Neither acknowledged nor read any further, so that TCP fills up behind it.
            note("stalled at write")
            return stopReading()
        }
        stream.writeEnded(Int(message.length))
    }

    private func hostClosed() {
        guard let stream = streams.removeValue(forKey: message.arg1) else { return }
        stream.hostClosed()
        send(.close, stream.local, stream.remote)
    }

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
        let start = outbox.count
        outbox.reserveCapacity(start + Message.size + count)
        Message(.write, stream.local, stream.remote, length: count).append(to: &outbox)
        fill(&outbox)
        if usesChecksums { writeChecksum(at: start) }
    }

    /// The phone's side has ended; the host answers with a CLSE of its own.
    func closeFromHere(_ stream: DeviceStream) {
        streams[stream.local] = nil
        send(.close, stream.local, stream.remote)
        if fault == .doubleClose { send(.close, stream.local, stream.remote) }
    }

    // MARK: Sending

    func send(_ command: Command, _ arg0: UInt32, _ arg1: UInt32, _ payload: [UInt8] = []) {
        guard state != .closed else { return }
        let start = outbox.count
        Message(command, arg0, arg1, length: payload.count).append(to: &outbox)
        outbox.append(contentsOf: payload)
        if usesChecksums { writeChecksum(at: start) }
        if !isGathering { flush() }
    }

    private func writeChecksum(at start: Int) {
        let sum = outbox.withUnsafeBytes {
            Checksum.sum(of: UnsafeRawBufferPointer(rebasing: $0[(start + Message.size)...]))
        }
        withUnsafeBytes(of: sum.littleEndian) { outbox.replaceSubrange(start + 16..<start + 20, with: $0) }
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
        guard !outbox.isEmpty, state != .closed else { return }
        let bytes = outbox
        outbox = []
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
        outbox = []
        authentication = nil
        floodAgain = nil
        for stream in streams { stream.hostClosed() }
        if let socket { how(socket) }
        socket = nil
        closed(self)
    }
}
