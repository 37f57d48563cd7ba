/// The beginning and the end of a journal, for those who list many runs: two lines are read, however long the file is.
public struct JournalGlance: Hashable, Sendable {
    /// What was asked for; nil when the first line is not whole.
    public let header: RunHeader?
    /// When the run started, in milliseconds since 1970.
    public let startTime: Int64
    /// How the run ended; nil when the last line says something else, as while it runs, and after it was killed.
    public let end: RunEnd?

    /// More than the last line of a run ever is.
    private static let tailLength = 1 << 16

    /// Looks at a journal.
    ///
    /// - Throws: ``JournalError`` when the file cannot be read.
    public init(reading path: String) throws(JournalError) {
        let file = try OwnedFile(reading: path)
        let newline = UInt8(ascii: "\n")
        var head: [UInt8] = []
        var place: Int?
        while place == nil {
            let piece = try file.read(at: head.count, count: Self.tailLength)
            guard !piece.isEmpty else { break }
            place = piece.firstIndex(of: newline).map { $0 + head.count }
            head += piece
        }
        if let place, case .event(let event, _) = JournalEvent.decode(head[..<place]),
            case .runStarted(let header) = event.body
        {
            self.header = header
            startTime = event.time
        } else {
            header = nil
            startTime = 0
        }
        let length = try file.length()
        let tail = try file.read(at: max(0, length - Self.tailLength), count: Self.tailLength)
        guard tail.last == newline, let before = tail.dropLast().lastIndex(of: newline),
            case .event(let event, _) = JournalEvent.decode(tail[(before + 1)..<(tail.count - 1)]),
            case .runEnded(let end) = event.body
        else {
            end = nil
            return
        }
        self.end = end
    }
}
