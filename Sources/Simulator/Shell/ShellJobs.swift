/// The jobs that a shell has started in the background, and what it waits for.
final class ShellJobs {
    private struct Waiting {
        /// The job whose end is waited for; nil for all of them.
        let job: Int?
        let go: (Int32) -> Void
    }

    /// How each job has ended; nil while it runs.
    private var ends: [Int: Int32?] = [:]
    private var waiting: Waiting?
    /// The number of the last one: `$!`.
    private(set) var last: Int?

    func begin(_ pid: Int) {
        ends[pid] = .some(nil)
        last = pid
    }

    func end(_ pid: Int, _ status: Int32) {
        ends[pid] = status
        guard let waiting else { return }
        if waiting.job == pid { return go(status) }
        if waiting.job == nil, !isBusy { go(0) }
    }

    private var isBusy: Bool { ends.values.contains { $0 == nil } }

    /// Goes on when a job, or all of them, have ended.
    func wait(for job: Int?, then go: @escaping (Int32) -> Void) {
        guard let job else {
            guard isBusy else { return go(0) }
            waiting = Waiting(job: nil, go: go)
            return
        }
        guard let end = ends[job] else { return go(127) }
        if let end { return go(end) }
        waiting = Waiting(job: job, go: go)
    }

    /// A signal that the script has a trap for ends the waiting.
    func interrupt(_ status: Int32) { go(status) }

    /// Nobody waits any more.
    func stop() { waiting = nil }

    private func go(_ status: Int32) {
        let waiting = waiting
        self.waiting = nil
        waiting?.go(status)
    }
}
