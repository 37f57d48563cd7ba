/// The channels of a connection, and which of them may be asked for next.
struct ChannelTable {
    /// Every channel that the library may have to do with, in the order in which they were asked for.
    private(set) var all: [SSHChannel] = []
    /// The sessions that the server allows on this connection, once it has refused one.
    private var sessionLimit: Int?

    /// The sessions that the server counts now.
    var running: Int { all.lazy.filter { $0.countsAsSession && $0.isUnderWay }.count }

    /// The first that waits, of those for which the server has room.
    var next: SSHChannel? {
        let isFull = sessionLimit.map { running >= $0 } ?? false
        return all.first { $0.isWaiting && !($0.countsAsSession && isFull) }
    }

    mutating func add(_ channel: SSHChannel) { all.append(channel) }

    mutating func forget(_ channel: SSHChannel) { all.removeAll { $0 === channel } }

    mutating func removeAll() -> [SSHChannel] {
        defer { all = [] }
        return all
    }

    /// The server has refused one session more than these.
    mutating func limitSessions(to running: Int) { sessionLimit = min(sessionLimit ?? running, running) }
}
