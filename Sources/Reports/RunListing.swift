public import Journal

/// One line for every run, the latest last.
public struct RunListing: Sendable {
    /// One run of the list.
    public struct Row: Sendable {
        /// Its name.
        public let id: RunID
        /// What was asked for; nil when its journal has no readable beginning.
        let header: RunHeader?
        let startTime: Int64
        let end: RunEnd?
        let counts: VerdictCounts
        /// How many targets have their verdict.
        let endedCount: Int
        /// Whether its process lives.
        public let isRunning: Bool
        /// Bytes of its folder.
        public let size: Int64

        /// Makes a row from all that the journal tells.
        public init(id: RunID, record: RunRecord, isRunning: Bool, size: Int64) {
            self.id = id
            header = record.header
            startTime = record.startTime
            end = record.end
            counts = record.counts
            endedCount = record.phones.count { $0.state == .ended }
            self.isRunning = isRunning
            self.size = size
        }

        /// Makes the row of a run that has ended, from the ends of its journal alone; nil for one that has not.
        public init?(id: RunID, glance: JournalGlance, size: Int64) {
            guard let header = glance.header, let end = glance.end else { return nil }
            self.id = id
            self.header = header
            startTime = glance.startTime
            self.end = end
            counts = end.counts
            endedCount = header.targets.count
            isRunning = false
            self.size = size
        }

        var state: String {
            if isRunning { return "running" }
            guard let end else { return "killed" }
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
            let noun = Wording.noun(row.header?.targets ?? [])
            table.add([
                "\(row.id)", row.state, Escaping.line(row.header?.title ?? "-"),
                row.isRunning
                    ? "\(row.endedCount) of \(Wording.count(row.counts.total, noun)) ended"
                    : Wording.sum(row.counts, noun: noun),
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
                    json.member("state", row.isRunning ? "running" : row.end == nil ? "killed" : "ended")
                    json.member("title", row.header?.title)
                    json.member("playbook", row.header?.playbook)
                    json.member("started", row.startTime)
                    json.member("exit-code", row.end.map { Int64($0.exitCode) })
                    json.member("targets", Int64(row.counts.total))
                    json.member("failures", Int64(row.counts.failures))
                    json.member("bytes", row.size)
                }
            }
        }
        return json.text + "\n"
    }
}
