import Farm
public import Journal
import SourceText

/// The end of a run for people: counts that add up, failures grouped, what to type next.
public struct TerminalReport: Sendable {
    /// More kinds of failure than this are counted, not listed.
    private static let maximumGroups = 20

    private let record: RunRecord
    private let style: ReportStyle
    private let folder: String?

    /// Reports a run.
    ///
    /// - Parameter folder: The run folder as it should be shown; without it nothing points there.
    public init(_ record: RunRecord, style: ReportStyle = .plain, folder: String? = nil) {
        self.record = record
        self.style = style
        self.folder = folder
    }

    /// The report, each line ended.
    public var text: String {
        var lines = [title]
        lines += stepTable
        lines += WaveTable(record).lines
        lines += failures
        lines += others
        lines += TestCaseSummary(record).lines(style, noun: noun)
        lines += ["", total]
        if let folder, hasPulled { lines.append("what was pulled is in \(Escaping.line(folder))/pulled") }
        if let stopping { lines.append(stopping) }
        if let ending { lines.append(ending) }
        lines += next
        return lines.map { $0 + "\n" }.joined()
    }

    private var noun: String { Wording.noun(record.phones.lazy.map(\.target)) }
    private var steps: [StepLabel] { record.header?.steps ?? [] }

    private var title: String {
        guard let header = record.header else { return "a run without a readable beginning" }
        return style.paint(Escaping.line(header.title), .bold) + "  " + style.paint("\(header.id)", .quiet)
    }

    // MARK: Counts

    /// A line for every step, when there are several; each line adds up to the number of targets.
    private var stepTable: [String] {
        guard steps.count > 1 else { return [] }
        var counts: [StepPath: VerdictCounts] = [:]
        for phone in record.phones {
            for (path, verdict) in phone.verdictsByStep { counts[path, default: VerdictCounts()][verdict] += 1 }
        }
        for step in steps where !step.isForFailures {
            let reached = counts[step.path]?.total ?? 0
            let plays = record.header?.plays ?? []
            let due = plays.indices.contains(step.path.play) ? plays[step.path.play].targetCount : record.phones.count
            counts[step.path, default: VerdictCounts()][.notStarted] += max(0, due - reached)
        }
        let shown = Verdict.allCases.filter { verdict in steps.contains { (counts[$0.path]?[verdict] ?? 0) > 0 } }
        var table = TextTable(
            [(heading: "", alignment: .right), (heading: "step", alignment: .left)]
                + shown.map { (heading: $0.words, alignment: .right) })
        for step in steps {
            let cells = shown.map { verdict in
                let number = counts[step.path]?[verdict] ?? 0
                return number == 0 ? "" : "\(number)"
            }
            table.add([Wording.number(step), step.title] + cells)
        }
        return [""] + table.lines(indent: "  ")
    }

    private var total: String {
        var text = Wording.sum(record.counts, noun: noun, style: style)
        text += " in " + Wording.duration(milliseconds: record.end?.duration ?? record.lastTime - record.startTime)
        let bytes = record.phones.reduce(0) { $0 + $1.bytes }
        if bytes > 0 { text += ", \(ByteCount(Int(bytes))) moved" }
        return text
    }

    private var hasPulled: Bool {
        let fetching: Set = ["collect", "logcat", "pull", "screenshot"]
        let pulls = steps.filter { fetching.contains($0.keyword) }.map(\.path)
        return record.phones.contains { phone in
            phone.steps.contains { pulls.contains($0.path) && $0.verdict == .ok && ($0.end?.bytes ?? 0) > 0 }
        }
    }

    /// Why some never began, where the exit code's reason does not say so.
    private var stopping: String? {
        guard let stopping = record.stopping, stopping.code != "interrupted" else { return nil }
        guard record.end?.why.contains(stopping.why) != true else { return nil }
        return "no new \(noun) began: \(Escaping.line(stopping.why))"
    }

    /// Why the program ended as it did, unless all went well.
    private var ending: String? {
        guard let end = record.end else {
            return style.paint("the journal has no end: the run was killed, or is still under way", .bad)
        }
        return end.exitCode == 0 ? nil : "exit code \(end.exitCode): \(Escaping.line(end.why))"
    }

    // MARK: Who did not get through

    private var failures: [String] {
        let groups = FailureGroup.groups(of: record)
        var lines: [String] = []
        for group in groups.prefix(Self.maximumGroups) { lines += [""] + describe(group) }
        let rest = groups.dropFirst(Self.maximumGroups)
        if !rest.isEmpty {
            let phones = rest.reduce(0) { $0 + $1.targets.count }
            lines += ["", "and \(rest.count) more kinds of failure on \(Wording.count(phones, noun))"]
        }
        return lines
    }

    private func describe(_ group: FailureGroup) -> [String] {
        var head = "\(Wording.count(group.targets.count, noun)) \(group.verdict.words)"
        let label = group.step.flatMap { step in steps.first { $0.path == step.withoutItems } }
        var place = group.place
        if let step = group.step {
            head += " at " + Wording.step(label, step, of: steps.count)
            place = place ?? label?.place
        }
        head = style.paint(head, Wording.colour(of: group.verdict))
        if let place { head += style.paint(" (\(Escaping.line(place.description)))", .quiet) }
        var lines = [head, "  " + group.headline(label)]
        if let advice = group.advice { lines.append("  -> " + Escaping.line(advice)) }
        return lines + names(group.targets.map(\.name))
    }

    private func names(_ names: [String]) -> [String] {
        Wording.wrapped(
            NameFolding.pieces(names).map(Escaping.line), width: style.width, indent: "  ", maximumLines: 6
        ) { _ in "others, \(Wording.count(names.count, noun)) in all" }
    }

    /// The marks, and those whom nobody hurt but who did not get through either.
    private var others: [String] {
        let rows: [(String, (PhoneRecord) -> Bool)] = [
            ("passed only on a retry", { $0.marks.contains(.flaky) && !$0.verdict.isFailure }),
            ("put right by a rescue", { $0.marks.contains(.rescued) }),
            ("cancelled", { $0.verdict == .cancelled }),
            ("not started", { $0.verdict == .notStarted }),
        ]
        var lines: [String] = []
        for step in steps {
            let names = record.phones.filter { phone in
                phone.steps.contains {
                    $0.path.withoutItems == step.path && $0.end?.marks.contains(.tolerated) == true
                }
            }.map(\.target.name)
            guard !names.isEmpty else { continue }
            let head = "\(Wording.count(names.count, noun)) with a tolerated failure at "
            lines += ["", head + Wording.step(step, step.path, of: steps.count)] + self.names(names)
        }
        for (words, belongs) in rows {
            let names = record.phones.filter(belongs).map(\.target.name)
            guard !names.isEmpty else { continue }
            lines += ["", "\(Wording.count(names.count, noun)) \(words)"] + self.names(names)
        }
        return lines
    }

    // MARK: What to type next

    private var next: [String] {
        let unfinished = record.phones.filter { phone in
            phone.verdict.isFailure || phone.verdict == .cancelled || phone.verdict == .notStarted
        }
        guard !unfinished.isEmpty else { return [] }
        var rows: [(String, String)] = []
        if let header = record.header, header.playbook != nil, !header.commandLine.contains("--simulate") {
            rows.append((NextCommand.resume(header), "goes on where they stopped"))
        }
        if let header = record.header, let again = NextCommand.again(header, for: unfinished.map(\.target.name)) {
            rows.append(
                (
                    again,
                    "\(header.playbook == nil ? "the same" : "from the top") for \(unfinished.count == 1 ? "this \(noun)" : "these \(unfinished.count)")"
                ))
        }
        if let folder {
            rows.append(("less \(NextCommand.quoted(folder))/journal.jsonl", "what happened, line by line"))
        }
        guard !rows.isEmpty else { return [] }
        return ["", "Next:"] + rows.map { "  \($0.0)    " + style.paint("# \($0.1)", .quiet) }
    }
}
