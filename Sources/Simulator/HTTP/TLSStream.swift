import Crypto
import DequeModule
import Glibc
import Lanes

/// A stream whose peer can be made to see a broken connection.
protocol ResettableStream: ByteStream {
    /// Closes with a TCP reset instead of an orderly end.
    func reset()
}

extension TCPSocket: ResettableStream {}

// Sendable: touched only on the lane.

/// The server's end of a TLS connection over a socket: it looks to its owner as the socket would.
///
/// What is sent is enciphered as the socket takes it, so that a large body is never in memory twice.
final class TLSStream: ResettableStream, SocketHandler, @unchecked Sendable {
    let lane: Lane
    private let session: TLSSession
    private var socket: TCPSocket?
    private var handler: (any SocketHandler)?
    private var waiting = Deque<Piece>()
    private var waitingCount = 0
    private var lineHasEnded = false
    private var isPaused = false
    private var mustTellWhenDrained = false
    private var endsSending = false
    private var closesWhenDrained = false

    /// Enciphered bytes that wait in the socket before more are made.
    private static let ahead = 256 << 10
    private static let step = 64 << 10

    private static let failure = StreamFailure(SystemError("speak TLS", errno: EPROTO))

    private enum Piece {
        case bytes(ArraySlice<UInt8>)
        case shared(SharedBytes, Range<Int>)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .shared(_, let range): range.count
            }
        }
    }

    /// Takes over a connected descriptor.
    ///
    /// - Throws: `SystemError` when it cannot be watched; it is closed then. `CryptoError`.
    init(adopting descriptor: CInt, as server: TLSServer, on lane: Lane, handler: any SocketHandler) throws {
        self.lane = lane
        self.handler = handler
        session = try server.session()
        socket = try TCPSocket(adopting: descriptor, on: lane, handler: self)
    }

    var queuedByteCount: Int { waitingCount + (socket?.queuedByteCount ?? 0) }

    // MARK: The line

    func socketConnected() {}

    func socketReadable() {
        guard let socket else { return }
        let outcome = socket.read { session.receive($0) }
        if outcome != .drained { lineHasEnded = true }
        flushSession()
        switch session.state {
        case .shaking:
            if lineHasEnded { fail() }
        case .failed: fail()
        case .open, .closed: handler?.socketReadable()
        }
        // Nobody may be told of the same end for ever.
        if lineHasEnded { self.socket?.pauseReading() }
    }

    /// What the session itself has to say, up to the alert with which it gives up.
    private func flushSession() {
        let bytes = session.takeOutgoing()
        if !bytes.isEmpty { socket?.send(bytes) }
    }

    /// Ends what is no TLS connection, or one whose client does not trust this server; the last alert still leaves.
    private func fail() {
        let handler = handler
        let socket = socket
        self.handler = nil
        self.socket = nil
        socket?.closeWhenDrained()
        handler?.socketFailed(Self.failure)
    }

    func socketFailed(_ failure: StreamFailure) {
        let handler = handler
        self.handler = nil
        socket = nil
        handler?.socketFailed(failure)
    }

    func socketDrained() { pump() }

    // MARK: Reading

    func read(atMost bound: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows -> StreamReadOutcome {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        while socket != nil, !isPaused {
            guard total < bound else {
                tellLater()
                return .drained
            }
            let count = session.read(into: buffer)
            guard count > 0 else { break }
            total += count
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        flushSession()
        switch session.state {
        case .closed: return .endOfStream
        case .failed: return .failed(Self.failure)
        case .open, .shaking: return lineHasEnded && !isPaused ? .endOfStream : .drained
        }
    }

    /// Bytes may lie in the session for which no descriptor becomes ready.
    private func tellLater() {
        lane.run { [weak self] in
            guard let self, !self.isPaused, self.socket != nil else { return }
            self.handler?.socketReadable()
        }
    }

    func pauseReading() {
        guard !isPaused else { return }
        isPaused = true
        socket?.pauseReading()
    }

    func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        if !lineHasEnded { socket?.resumeReading() }
        if session.state != .shaking { tellLater() }
    }

    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        socket?.rest(for: duration, while: isWanted)
    }

    // MARK: Sending

    func send(_ bytes: [UInt8]) { enqueue(.bytes(bytes[...])) }

    func send(_ shared: SharedBytes, _ range: Range<Int>) { enqueue(.shared(shared, range)) }

    private func enqueue(_ piece: Piece) {
        guard socket != nil, piece.count > 0 else { return }
        waiting.append(piece)
        waitingCount += piece.count
        pump()
    }

    /// Enciphers as much as the socket may have waiting, and does what was to be done behind it.
    private func pump() {
        guard let socket, session.state != .shaking else { return }
        while let piece = waiting.popFirst() {
            guard socket.queuedByteCount < Self.ahead else {
                waiting.prepend(piece)
                return socket.tellWhenDrained()
            }
            let count = min(piece.count, Self.step)
            switch piece {
            case .bytes(let bytes):
                bytes.prefix(count).withUnsafeBytes { session.write($0) }
                if count < bytes.count { waiting.prepend(.bytes(bytes.dropFirst(count))) }
            case .shared(let bytes, let range):
                let end = range.lowerBound + count
                bytes.withUnsafeBytes { all in
                    session.write(UnsafeRawBufferPointer(rebasing: all[range.lowerBound..<end]))
                }
                if end < range.upperBound { waiting.prepend(.shared(bytes, end..<range.upperBound)) }
            }
            waitingCount -= count
            flushSession()
        }
        if endsSending || closesWhenDrained {
            session.end()
            flushSession()
            if endsSending { socket.endSending() }
            endsSending = false
        }
        if closesWhenDrained {
            handler = nil
            self.socket = nil
            return socket.closeWhenDrained()
        }
        guard mustTellWhenDrained else { return }
        guard socket.queuedByteCount == 0 else { return socket.tellWhenDrained() }
        mustTellWhenDrained = false
        // Never in the middle of a call of the owner's.
        lane.run { [weak self] in self?.handler?.socketDrained() }
    }

    func tellWhenDrained() {
        mustTellWhenDrained = true
        pump()
    }

    func endSending() {
        endsSending = true
        pump()
    }

    // MARK: Ending

    func closeWhenDrained() {
        closesWhenDrained = true
        pauseReading()
        pump()
    }

    func close() {
        handler = nil
        socket?.close()
        socket = nil
    }

    func reset() {
        handler = nil
        socket?.reset()
        socket = nil
    }
}
