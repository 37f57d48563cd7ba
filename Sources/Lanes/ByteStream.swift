/// A connection that carries bytes both ways, whatever carries it: a TCP socket, or a channel inside an SSH connection.
///
/// It is confined to its lane and owned by one object there, whose ``SocketHandler`` hears of what happens. It holds its
/// handler until it is closed.
public protocol ByteStream: AnyObject {
    /// The lane on which everything happens.
    var lane: Lane { get }
    /// Bytes that were given to be sent and have not left yet.
    var queuedByteCount: Int { get }

    /// Lends what is there to be read, piece by piece; the pointer is valid during the call.
    ///
    /// - Parameter bound: Bytes after which to stop, so that others get their turn.
    func read(atMost bound: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows -> StreamReadOutcome

    /// Queues bytes.
    func send(_ bytes: [UInt8])

    /// Queues a part of shared bytes, without a copy where that is possible.
    func send(_ shared: SharedBytes, _ range: Range<Int>)

    /// Has the handler told, once, when everything queued has left; at the end of this turn if nothing is queued.
    func tellWhenDrained()

    /// Stops telling of bytes to read, so that the other side is held back.
    func pauseReading()

    /// Tells of bytes to read again.
    func resumeReading()

    /// Tells of no bytes to read for a while; as long as `isWanted` says yes at its end, there is another one.
    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool)

    /// Asks for quick acknowledgements from peers that hold small answers back; nothing where that is unknown.
    func acknowledgeQuickly()

    /// Ends our half once everything queued has left; the other side may go on sending.
    ///
    /// Nothing may be sent afterwards. A stream that knows no halves goes on as it is.
    func endSending()

    /// Closes now; what is queued is dropped, and the handler hears no more.
    func close()

    /// Closes once everything queued has left; the handler hears no more of bytes to read.
    func closeWhenDrained()
}

extension ByteStream {
    /// Lends what is there to be read, up to 1 MiB.
    public func read(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows -> StreamReadOutcome {
        try read(atMost: 1 << 20, body)
    }

    /// Nobody holds anything back here.
    public func acknowledgeQuickly() {}

    /// There are no halves here.
    public func endSending() {}
}

/// What a stream tells its owner, always on the stream's lane.
///
/// An actor pinned to that lane answers with `assumeIsolated`.
public protocol SocketHandler: AnyObject, Sendable {
    /// The connection is up.
    func socketConnected()
    /// Bytes, or the end of the stream, can be read without waiting.
    func socketReadable()
    /// All that was given to be sent since ``ByteStream/tellWhenDrained()`` was asked has left.
    func socketDrained()
    /// The connection failed; the stream is closed already.
    func socketFailed(_ failure: StreamFailure)
}

/// How a read of a stream ended.
public enum StreamReadOutcome: Hashable, Sendable {
    /// All there was has been read, or the bound was reached; the handler is told when there is more.
    case drained
    /// The other side has ended its half.
    case endOfStream
    /// The connection failed.
    case failed(StreamFailure)
}

/// Why a connection could not be made, or broke.
public struct StreamFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being done when it failed: a system call such as `connect`, or words.
    public let operation: String
    /// The cause in words, such as `Connection refused`.
    public let reason: String
    /// The cause's number, where a system call failed.
    public let errno: CInt?
    /// What to do about it, where whoever carries the stream knows better than its user; nil otherwise.
    public let advice: String?

    /// Takes over the failure of a system call.
    public init(_ error: SystemError) {
        operation = error.call
        reason = error.reason
        errno = error.errno
        advice = nil
    }

    /// Describes a failure above the system.
    ///
    /// - Parameters:
    ///   - errno: The number of the system's error that means the same, for decisions.
    ///   - advice: What to do about it, in one line.
    public init(_ operation: String, _ reason: String, errno: CInt? = nil, advice: String? = nil) {
        self.operation = operation
        self.reason = reason
        self.errno = errno
        self.advice = advice
    }

    /// `connect: Connection refused`.
    public var description: String { "\(operation): \(reason)" }
}
