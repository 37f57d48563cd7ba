/// The streams of a link by their ids.
struct StreamTable {
    private var streams: [UInt32: LinkStream] = [:]
    /// Streams that were given up before the phone answered; its late OKAY must be answered with CLSE.
    private var abandoned: Set<UInt32> = []
    private var lastID: UInt32 = 0

    subscript(id: UInt32) -> LinkStream? { streams[id] }

    /// Every stream, in no order.
    var all: some Collection<LinkStream> { streams.values }

    /// An id that means no stream, and has no answer under way that would be taken for its own.
    mutating func makeID() -> UInt32 {
        repeat { lastID &+= 1 } while lastID == 0 || streams[lastID] != nil || abandoned.contains(lastID)
        return lastID
    }

    mutating func add(_ stream: LinkStream) { streams[stream.id] = stream }

    mutating func remove(_ stream: LinkStream, isUnanswered: Bool) {
        streams.removeValue(forKey: stream.id)
        if isUnanswered { abandoned.insert(stream.id) }
    }

    /// Takes out every stream, the oldest first.
    mutating func removeAll() -> [LinkStream] {
        defer { streams.removeAll() }
        return streams.values.sorted { $0.id < $1.id }
    }

    /// Whether an answer is for a stream that was given up; there is one at most.
    mutating func wasAbandoned(_ id: UInt32) -> Bool { abandoned.remove(id) != nil }
}
