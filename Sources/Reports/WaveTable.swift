import Farm
import Journal

/// The waves of a run: who took part, what became of them, and what the gates said.
struct WaveTable {
    /// One wave; a wave that a resumed run began again is told once.
    struct Row {
        let wave: WaveRecord
        /// What became of its targets in its play.
        let counts: VerdictCounts
        /// Everyone who takes part, those who took the place of others included.
        let targets: [TargetID]
        let replacements: [WaveRecord.Replacement]
        /// The play as people count; nil when there is only one.
        let play: Int?

        /// Its number for a table.
        var number: String { (play.map { "play \($0): " } ?? "") + "\(wave.start.wave + 1)" }
        /// What it is called in a sentence.
        var name: String { "wave \(wave.start.wave + 1)" + (play.map { " of play \($0)" } ?? "") }

        /// What the gate said, in a few words.
        var gate: String {
            guard let end = wave.end else { return "not ended" }
            return end.passed ? "passed" : "did not pass: \(end.why ?? "its gate said no")"
        }
    }

    let rows: [Row]

    init(_ record: RunRecord) {
        let phones = Dictionary(record.phones.map { ($0.target, $0) }) { $1 }
        let plays = record.header?.plays.count ?? 0
        var rows: [Row] = []
        for wave in record.waves {
            let place = rows.firstIndex {
                $0.wave.start.play == wave.start.play && $0.wave.start.wave == wave.start.wave
            }
            let replacements = (place.map { rows[$0].replacements } ?? []) + wave.replacements
            let known = Set(wave.start.targets)
            var targets = wave.start.targets
            for replacement in replacements where !known.contains(replacement.by) {
                if !targets.contains(replacement.by) { targets.append(replacement.by) }
            }
            let verdicts = targets.compactMap { target in
                phones[target].map { $0.playEnds[wave.start.play]?.verdict ?? $0.verdict }
            }
            let row = Row(
                wave: wave, counts: VerdictCounts(verdicts), targets: targets, replacements: replacements,
                play: plays > 1 ? wave.start.play + 1 : nil)
            if let place { rows[place] = row } else { rows.append(row) }
        }
        self.rows = rows
    }

    /// Lines for people; none when there is only one wave and nothing to say of it.
    var lines: [String] {
        let replacements = rows.flatMap(\.replacements)
        guard rows.count > 1 || rows.contains(where: { $0.wave.end?.passed == false }) || !replacements.isEmpty else {
            return []
        }
        let shown = Verdict.allCases.filter { verdict in rows.contains { $0.counts[verdict] > 0 } }
        var table = TextTable(
            [(heading: "wave", alignment: .right)] + shown.map { (heading: $0.words, alignment: .right) }
                + [(heading: "gate", alignment: .left)])
        for row in rows {
            let cells = shown.map { row.counts[$0] == 0 ? "" : "\(row.counts[$0])" }
            table.add([row.number] + cells + [row.gate])
        }
        let replaced = replacements.map {
            "  \(Escaping.line($0.by.name)) took the place of \(Escaping.line($0.lost.name)), which was lost"
        }
        return [""] + table.lines(indent: "  ") + replaced
    }

    func write(_ json: inout JSONText) {
        guard !rows.isEmpty else { return }
        json.key("waves")
        json.array { json in
            for row in rows {
                json.element()
                json.object(isCompact: true) { json in
                    json.member("play", Int64(row.wave.start.play))
                    json.member("wave", Int64(row.wave.start.wave))
                    if let end = row.wave.end { json.member("passed", end.passed) }
                    json.member("why", row.wave.end?.why)
                    json.key("targets")
                    json.array { json in
                        for target in row.targets {
                            json.element()
                            json.value(target.name)
                        }
                    }
                    json.key("counts")
                    json.object { json in
                        for verdict in Verdict.allCases { json.member(verdict.rawValue, Int64(row.counts[verdict])) }
                    }
                }
            }
        }
    }
}
