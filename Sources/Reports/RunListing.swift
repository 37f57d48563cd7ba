public import Journal

/// One line for every run, the latest last.
public struct RunListing: Sendable {
    /// One run of the list.
    public struct Row: Sendable {
        /// Its name.
        public let id: RunID
        /// What its journal tells.
        public let record: RunRecord
        /// Whether its process lives.
        public let isRunning: Bool
        /// Bytes of its folder.
        public let size: Int64

        /// Makes a row.
        public init(id: RunID, record: RunRecord, isRunning: Bool, size: Int64) {
            self.id = id
            self.record = record
            self.isRunning = isRunning
            self.size = size
        }

        var state: String {
            if isRunning { return "running" }
            guard let end = record.end else { return "killed" }
            return end.exitCode == 0 ? "ended" : "exit \(end.exitCode)"
        }
    }

    private let rows: [Row]

    /// Lists runs.
    public init(_ rows: [Row]) { self.rows = rows }

    /// For people.
    public var text: String {
        guard !rows.isEmpty else { return "no runs yet\n" }
        var table = TextTable([
            (heading: "run", alignment: .left), (heading: "state", alignment: .left),
            (heading: "what", alignment: .left),
            (heading: "phones", alignment: .left),
        ])
        for row in rows {
            let noun = Wording.noun(row.record.header?.targets ?? [])
            table.add([
                "\(row.id)", row.state, Escaping.line(row.record.header?.title ?? "-"),
                row.isRunning
                    ? "\(row.record.phones.count { $0.state == .ended }) of \(Wording.count(row.record.phones.count, noun)) ended"
                    : Wording.sum(row.record.counts, noun: noun),
            ])
        }
        return table.lines(indent: "").joined(separator: "\n") + "\n"
    }

    /// For programs: a JSON array.
    public var json: String {
        var json = JSONText()
        json.array { json in
            for row in rows {
                json.element()
                json.object(isCompact: true) { json in
                    json.member("run", row.id.description)
                    json.member("state", row.isRunning ? "running" : row.record.end == nil ? "killed" : "ended")
                    json.member("title", row.record.header?.title)
                    json.member("playbook", row.record.header?.playbook)
                    json.member("started", row.record.startTime)
                    json.member("exit-code", row.record.end.map { Int64($0.exitCode) })
                    json.member("targets", Int64(row.record.phones.count))
                    json.member("failures", Int64(row.record.counts.failures))
                    json.member("bytes", row.size)
                }
            }
        }
        return json.text + "\n"
    }
}
