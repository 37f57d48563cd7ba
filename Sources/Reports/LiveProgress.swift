import Farm
import Journal

/// Draws a run's progress as a few lines; what is drawn depends on nothing but what is passed in.
public struct LiveProgress: Sendable {
    private let style: ReportStyle

    /// Draws for a place of that style.
    public init(style: ReportStyle) { self.style = style }

    /// The lines of one frame, none longer than the width.
    ///
    /// - Parameter now: Milliseconds, on the clock of the events.
    public func lines(_ progress: RunProgress, now: Int64) -> [String] {
        guard let header = progress.header else { return [] }
        var lines = [
            cut([(Escaping.line(header.title), .bold), ("  \(header.id)", .quiet)]),
            bar(progress),
            cut(counts(progress, noun: Wording.noun(header.targets))),
            cut(pace(progress, now: now)),
        ]
        if let why = progress.stoppingReason {
            let noun = Wording.noun(header.targets)
            lines.append(cut([("no new \(noun) begins: ", .bad), (Escaping.line(why), nil)]))
        }
        for slow in progress.slowest(3) where now - slow.running.since >= 1_000 {
            lines.append(cut(describe(slow, progress, now)))
        }
        return lines
    }

    private typealias Piece = (text: String, colour: ReportStyle.Colour?)

    // MARK: Lines

    /// Everyone as one bar: done well, failed, stopped, running, waiting, each with its share of the columns.
    private func bar(_ progress: RunProgress) -> String {
        let counts = progress.counts
        let parts: [(count: Int, sign: String, colour: ReportStyle.Colour)] = [
            (counts[.ok] + counts[.changed] + counts[.skipped], "=", .good),
            (counts.failures, "!", .bad),
            (counts[.cancelled] + counts[.notStarted], "-", .quiet),
            (progress.running.count, ">", .running),
            (progress.waiting, ".", .quiet),
        ]
        let percent = "\(Int(progress.share * 100))%"
        let width = style.width - 8
        let cells = Self.shares(parts.map(\.count), of: width)
        let drawn = zip(parts, cells).map { style.paint(String(repeating: $0.sign, count: $1), $0.colour) }.joined()
        return "[\(drawn)] \(percent)"
    }

    /// Divides `width` columns; whoever is there at all gets one, so that a single failure among thousands is seen.
    static func shares(_ counts: [Int], of width: Int) -> [Int] {
        let total = counts.reduce(0, +)
        guard total > 0 else { return counts.map { _ in 0 } }
        var cells = counts.map { $0 == 0 ? 0 : max(1, $0 * width / total) }
        while true {
            let missing = width - cells.reduce(0, +)
            guard missing != 0 else { return cells }
            // The largest part gives or takes; it shows least.
            guard let largest = cells.indices.max(by: { (cells[$0], counts[$0]) < (cells[$1], counts[$1]) }) else {
                return cells
            }
            cells[largest] += missing > 0 ? missing : -1
            if cells[largest] <= 0 { return cells }
        }
    }

    private func counts(_ progress: RunProgress, noun: String) -> [Piece] {
        var pieces: [Piece] = Verdict.allCases.filter { progress.counts[$0] > 0 }
            .map { ("\(progress.counts[$0]) \($0.words)", Wording.colour(of: $0)) }
        if !progress.running.isEmpty { pieces.append(("\(progress.running.count) running", .running)) }
        if progress.waiting > 0 { pieces.append(("\(progress.waiting) waiting", .quiet)) }
        var joined: [Piece] = []
        for (index, piece) in pieces.enumerated() {
            if index > 0 { joined.append((" + ", nil)) }
            joined.append(piece)
        }
        return joined + [(" = " + Wording.count(progress.total, noun), nil)]
    }

    private func pace(_ progress: RunProgress, now: Int64) -> [Piece] {
        var text = Wording.clock(milliseconds: now - progress.startTime)
        if let wave = progress.wave {
            text += ", wave \(wave.wave + 1) with \(Wording.count(wave.targets.count, Wording.noun(wave.targets)))"
        }
        if let left = progress.timeLeft(at: now) { text += ", about \(Wording.clock(milliseconds: left)) left" }
        if progress.bytes > 0 {
            text += ", \(ByteCount(Int(progress.bytes))) moved, \(ByteCount(Int(progress.rate)))/s"
        }
        return [(text, nil)]
    }

    /// Everybody in flight, the longest at what they are doing first; for whoever asks by a key.
    public func inFlight(_ progress: RunProgress, now: Int64) -> [String] {
        let most = 60
        let all = progress.slowest(.max)
        guard !all.isEmpty else { return ["nobody is in flight"] }
        var lines = all.prefix(most).map { cut(describe($0, progress, now)) }
        if all.count > most { lines.append("  and \(all.count - most) more") }
        return lines
    }

    private func describe(
        _ slow: (target: TargetID, running: RunProgress.Running), _ progress: RunProgress, _ now: Int64
    ) -> [Piece] {
        let doing = slow.running.step.map {
            Wording.step(progress.labels[$0.withoutItems], $0, of: progress.labels.count)
        }
        return [
            ("  " + Wording.clock(milliseconds: now - slow.running.since) + "  ", .quiet),
            (Escaping.line(slow.target.name), nil), ("  " + (doing ?? "between steps"), .quiet),
        ]
    }

    /// Paints the pieces, as far as they fit into the line.
    private func cut(_ pieces: [Piece]) -> String {
        var left = style.width - 1
        var line = ""
        for piece in pieces where left > 0 {
            let text = String(piece.text.prefix(left))
            left -= text.count
            line += piece.colour.map { style.paint(text, $0) } ?? text
        }
        return line
    }
}
