import Farm
public import Journal

/// How far a run has come, told from outside: who is in flight, at which step, since when, the oldest first.
public struct StatusReport: Sendable {
    private let record: RunRecord
    private let isRunning: Bool
    private let now: Int64
    private static let maximumLines = 40

    /// Reports a run that may still go on.
    ///
    /// - Parameters:
    ///   - isRunning: Whether its process lives.
    ///   - now: Milliseconds since 1970.
    public init(_ record: RunRecord, isRunning: Bool, now: Int64) {
        self.record = record
        self.isRunning = isRunning
        self.now = now
    }

    /// One target in flight.
    private struct Flight {
        let target: TargetID
        let path: StepPath?
        let since: Int64
    }

    private var inFlight: [Flight] {
        record.phones.compactMap { phone -> Flight? in
            guard case .running(let path) = phone.state else { return nil }
            return Flight(target: phone.target, path: path, since: phone.oldestStep?.startTime ?? phone.lastTime ?? now)
        }.sorted { ($0.since, $0.target) < ($1.since, $1.target) }
    }

    private var state: String {
        if isRunning { return record.stopping == nil ? "running" : "stopping" }
        return record.end == nil ? "killed" : "ended"
    }

    /// For people, with a line break at its end.
    public var text: String {
        guard let header = record.header else { return "a run without a readable beginning\n" }
        var lines = ["\(header.id)  \(Escaping.line(header.title)): \(state)"]
        let noun = Wording.noun(header.targets)
        if isRunning {
            let flights = inFlight
            let waiting = record.phones.count { $0.state == .waiting }
            let ended = record.phones.count { $0.state == .ended }
            lines[0] += " for \(Wording.duration(milliseconds: now - record.startTime))"
            lines.append(
                "\(ended) ended, \(flights.count) in flight, \(waiting) waiting = \(Wording.count(record.phones.count, noun))"
            )
            if let stopping = record.stopping { lines.append("no new \(noun) begins: \(Escaping.line(stopping.why))") }
            lines += waves.isEmpty ? [] : [waves]
            if !flights.isEmpty { lines.append("") }
            let width = flights.prefix(Self.maximumLines).map { Escaping.line($0.target.name).count }.max() ?? 0
            for flight in flights.prefix(Self.maximumLines) {
                let name = Escaping.line(flight.target.name)
                let doing = flight.path.map { step($0) } ?? "between steps"
                lines.append(
                    "  \(name)\(String(repeating: " ", count: width - name.count))  "
                        + "\(Wording.duration(milliseconds: now - flight.since))  \(doing)")
            }
            if flights.count > Self.maximumLines { lines.append("  and \(flights.count - Self.maximumLines) more") }
        } else {
            lines.append(Wording.sum(record.counts, noun: noun))
            if let end = record.end, end.exitCode != 0 {
                lines.append("exit code \(end.exitCode): \(Escaping.line(end.why))")
            }
            if record.phones.contains(where: \.takesPartAgain), header.playbook != nil {
                lines.append("`drover resume \(header.id)` goes on with it")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// For programs: one JSON object.
    public var json: String {
        var json = JSONText()
        json.object { json in
            json.member("run", record.header?.id.description)
            json.member("title", record.header?.title)
            json.member("state", state)
            json.member("milliseconds", (isRunning ? now : record.lastTime) - record.startTime)
            json.member("stopping", record.stopping?.why)
            WaveTable(record).write(&json)
            json.key("counts")
            json.object(isCompact: true) { json in
                json.member("ended", Int64(record.phones.count { $0.state == .ended }))
                json.member("in-flight", Int64(isRunning ? inFlight.count : 0))
                json.member("waiting", Int64(record.phones.count { $0.state == .waiting }))
                json.member("total", Int64(record.phones.count))
            }
            json.key("in-flight")
            json.array { json in
                for flight in isRunning ? inFlight : [] {
                    json.element()
                    json.object(isCompact: true) { json in
                        json.member("name", flight.target.name)
                        json.member("step", flight.path?.description)
                        json.member("milliseconds", now - flight.since)
                    }
                }
            }
        }
        return json.text + "\n"
    }

    /// The waves on one line: `wave 1 passed, wave 2 is under way: 3 of 15 ended`.
    private var waves: String {
        WaveTable(record).rows.suffix(4).map { row in
            guard row.wave.end == nil else { return "\(row.name) \(Escaping.line(row.gate))" }
            let targets = Set(row.targets)
            let ended = record.phones.count { phone in
                targets.contains(phone.target)
                    && (phone.state == .ended || phone.playEnds[row.wave.start.play] != nil)
            }
            return "\(row.name) is under way: \(ended) of \(targets.count) ended"
        }.joined(separator: ", ")
    }

    private func step(_ path: StepPath) -> String {
        Wording.step(record.label(of: path), path, of: record.header?.steps.count ?? 2)
    }
}
