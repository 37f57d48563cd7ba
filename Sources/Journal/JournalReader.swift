/// A journal as it was found on disk.
public struct JournalContents: Hashable, Sendable {
    /// The events of all whole lines, in order.
    public let events: [JournalEvent]
    /// Whether the last line is torn, as a killed or powerless machine leaves it.
    public let isTorn: Bool
    /// Numbers, from 1, of lines other than the last that are damaged or missing; on a healthy disk there are none.
    public let damagedLines: [Int]

    /// The bytes of all lines before a torn last one.
    let wholeLength: Int
    /// The number of the next line.
    let nextSequence: Int

    /// The record that the events make.
    public var record: RunRecord { RunRecord(events) }

    /// Reads a journal.
    ///
    /// A torn last line is no error, and neither is a damaged one: what is whole is read.
    ///
    /// - Throws: ``JournalError`` when the file cannot be read, or was written by a later drover.
    public init(reading path: String) throws(JournalError) {
        let bytes = try OwnedFile(reading: path).readAll()
        try self.init(bytes: bytes, path: path)
    }

    /// Reads a journal from memory; `path` is only for messages.
    public init(bytes: [UInt8], path: String = "journal.jsonl") throws(JournalError) {
        var events: [JournalEvent] = []
        var damaged: [Int] = []
        var torn = false
        var number = 0
        var whole = 0
        var next = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            number += 1
            let newline = rest.firstIndex(of: UInt8(ascii: "\n"))
            let line = rest[..<(newline ?? rest.endIndex)]
            rest = newline.map { rest[($0 + 1)...] } ?? []
            // A line without its newline is torn even when it parses: the writer was stopped inside it.
            guard newline != nil else {
                torn = true
                break
            }
            switch JournalEvent.decode(line) {
            case .event(let event, let sequence):
                // Lines before this one are missing.
                if sequence != next { damaged.append(number) }
                events.append(event)
                next = sequence + 1
            case .unknown(let sequence):
                if sequence != next { damaged.append(number) }
                next = sequence + 1
            case .damaged where rest.isEmpty: torn = true
            case .damaged:
                damaged.append(number)
                next += 1
            case .newer(let version):
                let reason = "line \(number) has version \(version); this drover reads up to \(EventEncoder.version)"
                throw JournalError(.newer, operation: "read \(path)", reason: reason)
            }
            if !torn { whole = bytes.count - rest.count }
        }
        self.events = events
        isTorn = torn
        wholeLength = whole
        nextSequence = next
        damagedLines = damaged
    }
}
