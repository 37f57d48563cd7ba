import Synchronization

/// How far several fetches have come together; each tells it through a ``FetchGauge`` of its own, and anybody may read it.
public final class FetchTally: Sendable {
    /// What is known at a moment.
    public struct Reading: Hashable, Sendable {
        /// How many files are meant.
        public internal(set) var files = 0
        /// How many of them are there.
        public internal(set) var arrivedFiles = 0
        /// How many of them cannot be had.
        public internal(set) var failedFiles = 0
        /// Bytes of all files that are here, those of earlier attempts included.
        public internal(set) var bytes: Int64 = 0
        /// Bytes that came while this tally was kept, those that had to come twice included.
        public internal(set) var movedBytes: Int64 = 0
        /// What all files have together as far as it is known.
        var knownTotal: Int64 = 0
        /// How many files have a size that nobody has told yet.
        var unknownFiles = 0

        /// What all files have together; nil as long as the size of one is unknown.
        public var totalBytes: Int64? { unknownFiles == 0 ? knownTotal : nil }
    }

    private let state = Mutex(Reading())

    /// A tally of no files.
    public init() {}

    /// What is known now.
    public var reading: Reading { state.withLock { $0 } }

    /// Counts a file in.
    ///
    /// - Parameter foreseen: Its size, where it is known before anybody is asked.
    public func gauge(foreseen: Int64? = nil) -> FetchGauge {
        state.withLock {
            $0.files += 1
            if let foreseen { $0.knownTotal &+= foreseen } else { $0.unknownFiles += 1 }
        }
        return FetchGauge(self, total: foreseen)
    }

    fileprivate func change(_ body: (inout Reading) -> Void) { state.withLock { body(&$0) } }
}

/// Tells a ``FetchTally`` how far one file has come.
public final class FetchGauge: Sendable {
    private struct State {
        var here: Int64 = 0
        var total: Int64?
        var hasEnded = false
    }

    private let tally: FetchTally
    private let state: Mutex<State>

    fileprivate init(_ tally: FetchTally, total: Int64?) {
        self.tally = tally
        state = Mutex(State(total: total))
    }

    /// An answer begins behind `here` bytes, of a file that has `total`; nil when the server does not say.
    func begin(at here: Int64, of total: Int64?) { set(here: here, total: total) }

    /// So many bytes came.
    func move(_ count: Int) {
        state.withLock { $0.here &+= Int64(count) }
        tally.change {
            $0.bytes &+= Int64(count)
            $0.movedBytes &+= Int64(count)
        }
    }

    /// The file is there.
    func arrive(_ file: FetchedFile) {
        guard end() else { return }
        set(here: file.byteCount, total: file.byteCount)
        tally.change { $0.arrivedFiles += 1 }
    }

    /// The file cannot be had: nothing of it counts any more, as nothing of it is due.
    func fail() {
        guard end() else { return }
        set(here: 0, total: 0)
        tally.change { $0.failedFiles += 1 }
    }

    /// Whether it had not ended before.
    private func end() -> Bool {
        state.withLock { state in
            defer { state.hasEnded = true }
            return !state.hasEnded
        }
    }

    private func set(here: Int64, total: Int64?) {
        let before = state.withLock { state in
            defer {
                state.here = here
                state.total = total
            }
            return state
        }
        tally.change {
            $0.bytes &+= here &- before.here
            // Sizes are what others say, and a sum that makes no sense is not shown.
            $0.knownTotal &+= (total ?? 0) &- (before.total ?? 0)
            $0.unknownFiles += (total == nil ? 1 : 0) - (before.total == nil ? 1 : 0)
        }
    }
}
