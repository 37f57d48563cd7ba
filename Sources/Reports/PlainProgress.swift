import Farm
public import Journal

/// Progress for logs and pipes: one line for every target that ends, and for every attempt that is made again.
public struct PlainProgress: Sendable {
    /// How much is told.
    public enum Detail: Hashable, Sendable {
        /// Targets that end, and attempts that failed.
        case phones
        /// Every step as well.
        case steps
    }

    private let detail: Detail
    private var header: RunHeader?
    private var labels: [StepPath: StepLabel] = [:]
    private var startTimes: [TargetID: Int64] = [:]
    /// The steps of targets under way that got marks.
    private var marked: [TargetID: [(step: StepPath, marks: Marks)]] = [:]
    private var ended = 0

    /// Starts before the first event.
    public init(detail: Detail = .phones) { self.detail = detail }

    /// The line for an event, without a line break; nil when it is worth none.
    public mutating func line(for event: JournalEvent) -> String? {
        switch event.body {
        case .runStarted(let header):
            self.header = header
            for step in header.steps { labels[step.path] = step }
            let targets = Wording.count(header.targets.count, Wording.noun(header.targets))
            let steps = Wording.count(header.steps.count, "step")
            let width = header.window < header.targets.count ? ", \(header.window) at a time" : ""
            return "\(header.id): \(Escaping.line(header.title)): \(targets), \(steps)\(width)"
        case .phoneConnected(let target, _):
            note(target, event.time)
            return nil
        case .stepStarted(let target, _, _), .serviceAsked(let target, _, _):
            note(target, event.time)
            return nil
        case .attemptFailed(let target, let path, let failed):
            note(target, event.time)
            return "\(name(target)): \(step(path)), attempt \(failed.attempt) \(failed.verdict.words): "
                + "\(because(failed.failure, path)); again in \(Wording.duration(milliseconds: failed.delay))"
        case .stepEnded(let target, let path, let end):
            note(target, event.time)
            if !end.marks.isEmpty { marked[target, default: []].append((path, end.marks)) }
            guard detail == .steps else { return nil }
            var line = "\(name(target)): \(step(path)): \(end.verdict.words)\(marks(end.marks))"
            line += " in \(Wording.duration(milliseconds: end.duration))"
            if end.bytes > 0 { line += ", \(ByteCount(Int(end.bytes)))" }
            if let failure = end.failure { return line + ": \(because(failure, path))" }
            return end.outputs.reason.map { "\(line): \(Escaping.line($0))" } ?? line
        case .phoneEnded(let target, let end): return phoneEnded(target, end, event.time)
        case .waveStarted(let wave):
            let targets = Wording.count(wave.targets.count, Wording.noun(wave.targets))
            return "wave \(wave.wave + 1): \(targets)"
        case .waveEnded(let wave):
            // A wave that passes is told of by the one that begins.
            return wave.passed
                ? nil : "wave \(wave.wave + 1) did not pass: \(Escaping.line(wave.why ?? "its gate said no"))"
        case .canaryReplaced(_, let lost, let other):
            return "\(name(other)) takes the place of \(name(lost)) in wave 1"
        case .runStopping(let stopping): return "no new phone begins: \(Escaping.line(stopping.why))"
        case .playEnded, .runResumed, .runEnded: return nil
        }
    }

    /// Begins where an earlier run of the same plan was stopped.
    ///
    /// - Returns: The line to begin with.
    public mutating func begin(with record: RunRecord) -> String? {
        guard let header = record.header else { return nil }
        self.header = header
        for step in header.steps { labels[step.path] = step }
        let left = record.phones.filter(\.takesPartAgain)
        ended = record.phones.count - left.count
        let targets = "\(left.count) of \(Wording.count(record.phones.count, Wording.noun(header.targets)))"
        return "\(header.id): \(Escaping.line(header.title)): going on with \(targets)"
    }

    private mutating func phoneEnded(_ target: TargetID, _ end: PhoneEnd, _ time: Int64) -> String? {
        // After an interrupt these come by the thousand and say nothing; the report counts and names them.
        guard end.verdict != .notStarted else { return nil }
        ended += 1
        let steps = marked.removeValue(forKey: target) ?? []
        let total = "\(header?.targets.count ?? 0)"
        let number = String(repeating: " ", count: max(0, total.count - "\(ended)".count)) + "\(ended)"
        var line = "[\(number)/\(total)] \(name(target)): \(end.verdict.words)"
        // The step that ended a phone is another than the one with the mark, so the marks of several steps stand apart.
        let isMarkedApart = labels.count > 1 && !steps.isEmpty
        if !isMarkedApart { line += marks(end.marks) }
        if let path = end.step, end.verdict.isFailure || end.verdict == .cancelled { line += " at " + step(path) }
        if let start = startTimes.removeValue(forKey: target) {
            line += " in \(Wording.duration(milliseconds: time - start))"
        }
        if isMarkedApart {
            let words = steps.map { "step \($0.step.numberText) \($0.marks.words.joined(separator: ", "))" }
            line += " (\(words.joined(separator: ", ")))"
        }
        return end.failure.map { "\(line): \(because($0, end.step))" } ?? line
    }

    private mutating func note(_ target: TargetID, _ time: Int64) {
        if startTimes[target] == nil { startTimes[target] = time }
    }

    private func name(_ target: TargetID) -> String { Escaping.line(target.name) }

    private func step(_ path: StepPath) -> String { Wording.step(labels[path.withoutItems], path, of: labels.count) }

    private func marks(_ marks: Marks) -> String {
        marks.isEmpty ? "" : " (\(marks.words.joined(separator: ", ")))"
    }

    private func because(_ failure: StepFailure, _ path: StepPath?) -> String {
        let reason = Escaping.line(failure.reason)
        let operation = Wording.operation(failure.operation, of: path.flatMap { labels[$0.withoutItems] })
        return operation.map { "\($0): \(reason)" } ?? reason
    }
}
