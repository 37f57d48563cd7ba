import ADBWire
public import Lanes

/// One file to be read from a phone.
public struct PullRequest: Sendable {
    /// The absolute path on the phone; not always UTF-8.
    public let path: [UInt8]
    /// Takes the next bytes, on the lane; what it throws ends the pull.
    public let take: @Sendable (UnsafeRawBufferPointer) throws -> Void
    /// Whether the taker has enough for now; the phone is held back while it has.
    public let isFull: @Sendable () -> Bool
    /// Hears how the file ended, on the lane and before the next file's first bytes; what it throws ends the pull.
    public let ended: @Sendable (PullReply) throws -> Void

    /// Asks for a file by the bytes of its path.
    public init(
        path: [UInt8], take: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void,
        isFull: @escaping @Sendable () -> Bool = { false },
        ended: @escaping @Sendable (PullReply) throws -> Void = { _ in }
    ) {
        self.path = path
        self.take = take
        self.isFull = isFull
        self.ended = ended
    }

    /// Asks for a file by its path.
    public init(
        path: String, take: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void,
        isFull: @escaping @Sendable () -> Bool = { false },
        ended: @escaping @Sendable (PullReply) throws -> Void = { _ in }
    ) {
        self.init(path: Array(path.utf8), take: take, isFull: isFull, ended: ended)
    }
}

/// How reading one file ended, when the link held.
public enum PullReply: Hashable, Sendable {
    /// All bytes were given to the taker.
    case pulled(bytes: UInt64)
    /// The phone said no, in its own words; the taker may have got some bytes.
    case refused(reason: String)
}

extension ADBConnection {
    /// Reads files, asking for the next ones before the first have come.
    ///
    /// - Returns: One reply per request, in order.
    /// - Throws: ``ADBError``, `CancellationError`, or what a taker throws.
    public func pull(_ requests: [PullRequest], meter: ProgressMeter? = nil) async throws -> [PullReply] {
        meter?.expectBytes(true)
        defer { meter?.expectBytes(false) }
        var replies: [PullReply] = []
        while replies.count < requests.count {
            let rest = requests[replies.count...]
            let path = String(decoding: rest.first?.path ?? [], as: UTF8.self)
            let operation = "pull \(path) from \(name)"
            for request in rest where request.path.count > SyncLimit.path {
                throw ADBError(.unsupported, operation, "a path is longer than 1024 bytes", mayHaveBeenSent: false)
            }
            let conversation = PullConversation(rest, version2: features.contains(.sendrecv_v2))
            replies += try await converse(conversation, operation, meter: meter)
        }
        return replies
    }
}

// Sendable: touched only on the connection's lane.
private final class PullConversation: SyncConversation, @unchecked Sendable {
    /// The replies so far; the last one is a refusal when it ended the service.
    let end = Waiter<[PullReply]>()
    var stream: (any ADBStream)?
    var reader = SyncReader()
    let expectation: SyncExpectation? = .content
    private let requests: ArraySlice<PullRequest>
    private let version2: Bool
    private var asked: Int
    private var current: Int
    private var bytes: UInt64 = 0
    private var replies: [PullReply] = []

    /// A refusal loses what was asked for behind it, so not everything is asked for at once.
    private static let ahead = 64
    /// How long nothing is read for a taker that is full, before it is asked again.
    private static let rest = Duration.milliseconds(3)

    init(_ requests: ArraySlice<PullRequest>, version2: Bool) {
        self.requests = requests
        self.version2 = version2
        asked = requests.startIndex
        current = requests.startIndex
    }

    func streamNeedsBytes() {
        guard let stream, asked < requests.endIndex, asked - current <= Self.ahead / 2 else { return }
        var batch: [UInt8] = []
        while asked < requests.endIndex, asked - current < Self.ahead {
            let request = SyncRequest.receive(path: requests[asked].path, flags: version2 ? [] : nil)
            // The length was checked before; a request that cannot be encoded would only be answered out of order.
            guard (try? request.append(to: &batch)) != nil else { break }
            asked += 1
        }
        stream.send(batch)
    }

    func take(_ response: SyncResponse) throws -> [PullReply]? {
        switch response {
        case .data(let data, _):
            bytes += UInt64(data.count)
            try requests[current].take(data)
            let isFull = requests[current].isFull
            if isFull() { stream?.rest(for: Self.rest, while: isFull) }
            return nil
        case .done:
            replies.append(.pulled(bytes: bytes))
            try requests[current].ended(.pulled(bytes: bytes))
            bytes = 0
            current += 1
            guard current < requests.endIndex else { return replies }
            stream?.moreBytesAreThere()
            return nil
        case .failed(let reason):
            try requests[current].ended(.refused(reason: reason))
            return replies + [.refused(reason: reason)]
        case .status, .entry, .okay: return nil
        }
    }
}
