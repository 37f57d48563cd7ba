import Dispatch
import Fetching
import Journal
import Reports

/// Shows how far fetching has come: one line on standard error that is drawn anew, on a terminal only.
// Sendable: `state` is touched only on `queue`.
final class FetchScreen: @unchecked Sendable {
    private struct State {
        var progress: FetchProgress
        var painter = LivePainter()
        var timer: (any DispatchSourceTimer)?
    }

    private static let pause = DispatchTimeInterval.milliseconds(250)

    private let terminal = Terminal.error
    private let tally: FetchTally
    // Of its own, so that a terminal that is slow to take text does not hold back a lane.
    private let queue = DispatchQueue(label: "drover.fetch.screen", target: .global())
    private var state: State

    /// Starts showing; what is there within the first quarter of a second is not shown at all.
    ///
    /// - Parameter name: The only file's name; nil where there are several.
    init(_ tally: FetchTally, name: String?, isQuiet: Bool) {
        self.tally = tally
        state = State(progress: FetchProgress(name: name))
        guard !isQuiet, terminal.isInteractive else { return }
        queue.async { [self] in
            let timer = DispatchSource.makeTimerSource(queue: queue)
            timer.schedule(deadline: .now() + Self.pause, repeating: Self.pause, leeway: .milliseconds(50))
            timer.setEventHandler { [self] in redraw() }
            timer.activate()
            state.timer = timer
        }
    }

    /// Stops, with the line taken off the terminal; returns when that is done.
    func finish() {
        queue.sync {
            guard state.timer != nil else { return }
            state.timer?.cancel()
            state.timer = nil
            terminal.write(state.painter.clear())
        }
    }

    private func redraw() {
        // An event of the timer may have been under way when it was cancelled.
        guard state.timer != nil else { return }
        state.progress.note(FetchProgress.Count(tally.reading), at: JournalWriter.machineTime())
        terminal.write(state.painter.frame([state.progress.line(width: terminal.width)]))
    }
}

extension FetchProgress.Count {
    /// What a tally says.
    fileprivate init(_ reading: FetchTally.Reading) {
        self.init(
            files: reading.files, arrivedFiles: reading.arrivedFiles, failedFiles: reading.failedFiles,
            bytes: reading.bytes, totalBytes: reading.totalBytes, movedBytes: reading.movedBytes)
    }
}
