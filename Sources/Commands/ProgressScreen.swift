import Dispatch
import Journal
import Reports
import SourceText

/// Shows a run while it goes on: a redrawn picture on a terminal, plain lines elsewhere; always on standard error.
// Sendable: `state` is touched only on `queue`.
final class ProgressScreen: @unchecked Sendable {
    /// How much is shown.
    enum Detail {
        case nothing
        case phones
        case steps
    }

    private struct State {
        var progress = RunProgress()
        var plain: PlainProgress
        var painter = LivePainter()
        var timer: (any DispatchSourceTimer)?
        var keys: KeyWatch?
    }

    private let terminal = Terminal.error
    private let detail: Detail
    private let movedBytes: @Sendable () -> UInt64
    // Of its own, so that a terminal that is slow to take text holds back neither the journal nor a lane.
    private let queue = DispatchQueue(label: "drover.progress", target: .global())
    private var state: State

    /// Starts showing.
    ///
    /// - Parameter movedBytes: Payload bytes that the whole run has moved so far.
    init(_ detail: Detail, movedBytes: @escaping @Sendable () -> UInt64) {
        self.detail = detail
        self.movedBytes = movedBytes
        state = State(plain: PlainProgress(detail: detail == .steps ? .steps : .phones))
        guard isLive else { return }
        queue.async { [self] in startRedrawing() }
    }

    private var isLive: Bool { detail != .nothing && terminal.isInteractive }

    /// Begins where an earlier run of the same plan was stopped.
    func begin(with record: RunRecord) {
        guard detail != .nothing else { return }
        queue.async { [self] in
            state.progress.begin(with: record, at: JournalWriter.machineTime())
            if !isLive, let line = state.plain.begin(with: record) { terminal.line(line) }
        }
    }

    /// Asks the person at the terminal something, with the picture taken away meanwhile; true for `y` or `yes`.
    func asks(_ question: String) -> Bool {
        queue.sync {
            if isLive { terminal.write(state.painter.clear()) }
            // A question is answered by a whole line.
            state.keys?.end()
            state.keys = nil
            let answer = terminal.ask("\(terminalSafe(question)) [y/N]").lowercased()
            return answer == "y" || answer == "yes"
        }
    }

    /// Takes events from the journal, in order; never waits.
    func take(_ events: [JournalEvent]) {
        guard detail != .nothing else { return }
        queue.async { [self] in
            guard !isLive else {
                for event in events { state.progress.apply(event) }
                return
            }
            let lines = events.compactMap { state.plain.line(for: $0) }
            if !lines.isEmpty { terminal.write(lines.map { $0 + "\n" }.joined()) }
        }
    }

    /// Stops, with the picture taken off the terminal; returns when all that was to be written is.
    func finish() async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                state.timer?.cancel()
                state.timer = nil
                state.keys?.end()
                state.keys = nil
                if isLive { terminal.write(state.painter.clear()) }
                continuation.resume()
            }
        }
    }

    /// Writes above the picture who is in flight, the oldest first, and leaves it there.
    private func showInFlight() {
        let style = ReportStyle(isColoured: terminal.wantsColour, width: terminal.width)
        let lines = LiveProgress(style: style).inFlight(state.progress, now: JournalWriter.machineTime())
        terminal.write(state.painter.clear() + lines.map { $0 + "\n" }.joined())
        redraw()
    }

    private func startRedrawing() {
        state.keys = KeyWatch { [self] key in
            guard key == UInt8(ascii: "i") else { return }
            queue.async { [self] in if state.timer != nil { showInFlight() } }
        }
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + .milliseconds(100), repeating: .milliseconds(100), leeway: .milliseconds(20))
        timer.setEventHandler { [self] in redraw() }
        timer.activate()
        state.timer = timer
    }

    private func redraw() {
        let now = JournalWriter.machineTime()
        state.progress.note(bytes: Int64(clamping: movedBytes()), at: now)
        let style = ReportStyle(isColoured: terminal.wantsColour, width: terminal.width)
        terminal.write(state.painter.frame(LiveProgress(style: style).lines(state.progress, now: now)))
    }
}
