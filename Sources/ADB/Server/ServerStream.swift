import ADBWire
import Lanes

/// One connection to an adb server: a few requests, each answered with OKAY, and then raw bytes.
// Sendable: touched only on the lane.
final class ServerStream: ADBStream, SocketHandler, @unchecked Sendable {
    private enum State {
        case waiting
        case connecting
        /// So many requests have been answered.
        case asking(Int)
        case open
        case ended
    }

    private let server: ADBServer
    private let lane: Lane
    private let requests: [String]
    private let operation: String
    private let limits: LinkLimits
    private var handler: (any StreamHandler)?
    /// Hears of the end even when the owner has closed the stream.
    var whenEnded: ((ADBError?) -> Void)?
    private var state = State.waiting
    private var holdsPlace = false
    private var socket: (any ByteStream)?
    private var answer: [UInt8] = []
    private var outbox = Outbox()
    private var underWay = 0
    private var isPumping = false
    private var timer: LaneTimer?
    var meter: ProgressMeter?

    private static let highWater = 1 << 20

    /// Prepares a connection.
    init(
        to server: ADBServer, on lane: Lane, requests: [String], operation: String, limits: LinkLimits,
        handler: any StreamHandler
    ) {
        self.server = server
        self.lane = lane
        self.requests = requests
        self.operation = operation
        self.limits = limits
        self.handler = handler
    }

    /// Connects as soon as the server has a place; `limit` counts from then on.
    func start(within limit: Duration) {
        server.enter(on: lane) { [self] in
            if case .ended = state { return server.leave() }
            holdsPlace = true
            timer = lane.schedule(after: limit + limits.connect) { [weak self] in
                self?.fail(.timedOut, "the adb server did not answer within \(limit)")
            }
            guard let rest = server.rest(at: lane.now) else { return connect() }
            guard rest < limits.connect else {
                return fail(.refused, "the adb server could not be reached; it is left alone for \(rest)", sent: false)
            }
            lane.schedule(after: rest) { [weak self] in self?.connect() }
        }
    }

    private func connect() {
        guard case .waiting = state else { return }
        state = .connecting
        do throws(StreamFailure) {
            let socket = try server.opening.open(on: lane, handler: self)
            // The server leaves Nagle on: without this its second small reply waits 40 ms for our acknowledgement.
            socket.acknowledgeQuickly()
            self.socket = socket
        } catch {
            socketFailed(error)
        }
    }

    // MARK: Asking

    func socketConnected() {
        state = .asking(0)
        ask(0)
    }

    private func ask(_ index: Int) {
        do throws(WireError) {
            socket?.send(try ServerFraming.request(requests[index]))
        } catch {
            fail(.unsupported, "an adb server takes 65535 bytes of command and not more", sent: false)
        }
    }

    func socketReadable() {
        guard let socket else { return }
        let outcome = socket.read { take($0) }
        switch outcome {
        case .drained: break
        case .endOfStream: end()
        case .failed(let error): socketFailed(error)
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .open:
            meter?.move(bytes.count)
            handler?.streamReceived(bytes)
        case .asking(let index):
            answer.append(contentsOf: bytes)
            readAnswer(to: index)
        case .waiting, .connecting, .ended: return
        }
    }

    private func readAnswer(to index: Int) {
        guard answer.count >= 4 else { return }
        if answer.starts(with: ServerFraming.fail) { return readFailure(of: index) }
        guard answer.starts(with: ServerFraming.okay) else {
            return fail(.notADB, "something answers at \(server.name), but it is no adb server", sent: false)
        }
        server.answered()
        answer.removeFirst(4)
        guard index + 1 == requests.count else {
            state = .asking(index + 1)
            ask(index + 1)
            return
        }
        state = .open
        timer?.cancel()
        handler?.streamOpened()
        let rest = answer
        answer = []
        if !rest.isEmpty { rest.withUnsafeBytes { take($0) } }
        pump()
    }

    private func readFailure(of index: Int) {
        guard answer.count >= 8 else { return }
        do throws(WireError) {
            let length = try ServerFraming.length(answer[4..<8])
            guard answer.count >= 8 + length else { return }
            let text = String(decoding: answer[8..<(8 + length)], as: UTF8.self)
            // `closed` is the protocol's word for a service that the phone refused to open.
            let isService = index + 1 == requests.count && requests.count > 1
            if isService, text == "closed" { return fail(.serviceRefused, "the phone does not offer this service") }
            fail(isService ? .lost : .phoneNotReady, "the adb server says: \(text)", sent: false)
        } catch {
            fail(.notADB, "something answers at \(server.name), but it is no adb server", sent: false)
        }
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

    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while case .open = state, let socket {
            if outbox.count < Self.highWater { handler?.streamNeedsBytes() }
            guard case .open = state, !outbox.isEmpty, socket.queuedByteCount < Self.highWater else { break }
            let count = min(outbox.count, Self.highWater)
            underWay += count
            outbox.take(count) { piece in
                switch piece {
                case .owned(let bytes): socket.send(bytes)
                case .shared(let shared, let range): socket.send(shared, range)
                }
            }
        }
        if underWay > 0 { socket?.tellWhenDrained() }
    }

    func socketDrained() {
        meter?.move(underWay)
        underWay = 0
        if outbox.isEmpty { handler?.streamDrained() }
        pump()
    }

    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        socket?.rest(for: duration, while: isWanted)
    }

    // MARK: Ending

    func socketFailed(_ error: StreamFailure) {
        switch state {
        case .waiting, .connecting:
            server.couldNotBeReached(at: lane.now)
            finish(ADBError.connecting("connect to adb server \(server.name)", error))
        case .asking, .open:
            finish(
                ADBError(
                    .lost, operation, "the adb server \(server.name) is gone: \(error.reason)", advice: error.advice))
        case .ended: return
        }
    }

    private func end() {
        switch state {
        case .open: finish(nil)
        case .waiting, .connecting, .asking: fail(.lost, "the adb server \(server.name) hung up", sent: false)
        case .ended: return
        }
    }

    func fail(_ code: ADBError.Code, _ reason: String, sent: Bool = true) {
        finish(ADBError(code, operation, reason, mayHaveBeenSent: sent))
    }

    func close() {
        handler = nil
        finish(nil)
    }

    private func finish(_ failure: ADBError?) {
        if case .ended = state { return }
        state = .ended
        timer?.cancel()
        socket?.close()
        socket = nil
        outbox.removeAll()
        if holdsPlace { server.leave() }
        let handler = handler
        let whenEnded = whenEnded
        self.handler = nil
        self.whenEnded = nil
        whenEnded?(failure)
        handler?.streamEnded(failure)
    }
}
