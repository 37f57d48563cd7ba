import Secrets

/// The journal's file, its encoder and what it has told so far.
///
/// Used by one queue only.
struct JournalFile: ~Copyable {
    private let file: OwnedFile
    private var encoder: EventEncoder
    private var outputs: OutputStore?
    private let redactor: Redactor
    private var bytes: [UInt8] = []
    private var length = 0
    private(set) var reducer = RunReducer()

    init(_ file: consuming OwnedFile, outputs: String?, redactor: Redactor) {
        self.file = file
        self.outputs = outputs.map { OutputStore(folder: $0, redactor: redactor) }
        encoder = EventEncoder(redactor: redactor)
        self.redactor = redactor
        bytes.reserveCapacity(1 << 16)
    }

    /// Goes on with a journal that is there; a torn last line is cut off.
    init(_ file: consuming OwnedFile, goingOnWith contents: JournalContents, outputs: String, redactor: Redactor) {
        file.truncate(to: contents.wholeLength)
        self.file = file
        self.outputs = OutputStore(folder: outputs, redactor: redactor)
        encoder = EventEncoder(redactor: redactor, sequence: contents.nextSequence)
        self.redactor = redactor
        length = contents.wholeLength
        for event in contents.events { reducer.apply(event) }
        bytes.reserveCapacity(1 << 16)
    }

    /// Writes events with one write, all of them or none.
    ///
    /// - Returns: The events as they stand in the journal, with long texts put aside.
    mutating func write(_ events: [JournalEvent]) throws(JournalError) -> [JournalEvent] {
        bytes.removeAll(keepingCapacity: true)
        var written: [JournalEvent] = []
        written.reserveCapacity(events.count)
        for event in events {
            let capped = event.cappingTestCases
            let event = try outputs?.storingLongTexts(of: capped) ?? capped
            let start = bytes.count
            encoder.encode(event, into: &bytes)
            written.append(redactor.isIdle ? event : Self.read(bytes[start...]) ?? event)
        }
        do {
            try file.write(bytes)
        } catch {
            file.truncate(to: length)
            throw error
        }
        length += bytes.count
        for event in written { reducer.apply(event) }
        return written
    }

    /// What the line says, secrets taken out: reports and screens show no more than stands in the file.
    private static func read(_ line: ArraySlice<UInt8>) -> JournalEvent? {
        guard case .event(let event, _) = JournalEvent.decode(line.dropLast()) else { return nil }
        return event
    }

    /// Another way to the same file, for waiting on the disk while more is written.
    func duplicate() throws(JournalError) -> OwnedFile { try file.duplicate() }
}
