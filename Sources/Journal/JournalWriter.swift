import Dispatch
import Glibc
public import Secrets
import Synchronization

/// Writes a run's journal: one serial queue, whole lines, many events in one write.
///
/// Lanes hand events over and go on; while one batch is being written the next one gathers, so a thousand phones that end
/// steps at the same time cost a few system calls. After the first failure nothing more is written, and every
/// ``append(_:)`` throws that failure: the journal stays a whole prefix of the run.
public final class JournalWriter: Sendable {
    private struct State {
        var pending: [JournalEvent] = []
        var waiting: [CheckedContinuation<Void, any Error>] = []
        var isWriting = false
        /// Whether somebody is going to wait for the disk.
        var isSyncing = false
        var failure: JournalError?
    }

    /// What was written is on the disk this much later at the latest, in nanoseconds; a power failure costs no more.
    private static let syncInterval = 50_000_000

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "drover.journal", target: .global())
    private let file: Confined
    /// The same file for waiting on the disk, which must not hold back those who write.
    private let syncDescriptor: CInt
    private let now: @Sendable () -> Int64
    private let observer: @Sendable ([JournalEvent]) -> Void

    /// Makes the journal's file.
    ///
    /// - Parameters:
    ///   - folder: The run's folder; its journal must not be there yet.
    ///   - redactor: What every text passes on its way into the file.
    ///   - observer: Gets events after they were written, in order, on the journal's own queue; it must not block.
    ///   - now: Milliseconds since 1970.
    /// - Throws: ``JournalError``.
    public convenience init(
        in folder: RunFolder,
        redactor: Redactor = Redactor(),
        observer: @escaping @Sendable ([JournalEvent]) -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = JournalWriter.machineTime
    ) throws(JournalError) {
        let file = try OwnedFile(creating: folder.journalPath)
        let journal = JournalFile(file, outputs: folder.outputsPath, redactor: redactor)
        self.init(journal, now: now, observer: observer)
    }

    /// Goes on with a run's journal after it was stopped or killed.
    ///
    /// A torn last line, as a killed machine leaves it, is cut off: what it told had not been finished.
    ///
    /// - Throws: ``JournalError``, also for a journal that is damaged in the middle.
    public convenience init(
        goingOnWith contents: JournalContents, in folder: RunFolder, redactor: Redactor = Redactor(),
        observer: @escaping @Sendable ([JournalEvent]) -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = JournalWriter.machineTime
    ) throws(JournalError) {
        if let line = contents.damagedLines.first {
            throw JournalError(
                .damaged, operation: "go on with \(folder.journalPath)", reason: "line \(line) is damaged")
        }
        let file = try OwnedFile(appendingTo: folder.journalPath)
        let journal = JournalFile(file, goingOnWith: contents, outputs: folder.outputsPath, redactor: redactor)
        self.init(journal, now: now, observer: observer)
    }

    /// Appends to a file that is there already and keeps every text inline; for tests of full disks.
    convenience init(appendingTo path: String, now: @escaping @Sendable () -> Int64) throws(JournalError) {
        let journal = JournalFile(try OwnedFile(appendingTo: path), outputs: nil, redactor: Redactor())
        self.init(journal, now: now, observer: { _ in })
    }

    private init(
        _ file: consuming JournalFile,
        now: @escaping @Sendable () -> Int64,
        observer: @escaping @Sendable ([JournalEvent]) -> Void
    ) {
        syncDescriptor = file.duplicate()
        self.file = Confined(file)
        self.now = now
        self.observer = observer
    }

    /// Hands an event over without waiting; the next ``append(_:)`` waits for it as well.
    public func post(_ body: JournalEvent.Body) {
        enqueue([body], nil)
    }

    /// Returns when these events, and all that were handed over before, are in the file.
    ///
    /// - Throws: ``JournalError`` when this or an earlier write failed.
    public func append(_ bodies: JournalEvent.Body...) async throws {
        try await withCheckedThrowingContinuation { enqueue(bodies, $0) }
    }

    /// The first failure, if there was one.
    public var failure: JournalError? { state.withLock { $0.failure } }

    /// The record of all that is in the file; waits for what was handed over before.
    public func record() async -> RunRecord {
        await withCheckedContinuation { continuation in
            queue.async { [file] in continuation.resume(returning: file.value.reducer.record) }
        }
    }

    /// Waits until the disk has everything.
    public func synchronize() async {
        await withCheckedContinuation { continuation in
            queue.async { [file] in
                file.value.synchronize()
                continuation.resume()
            }
        }
    }

    /// The machine's clock in milliseconds since 1970.
    public static func machineTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    private func enqueue(_ bodies: [JournalEvent.Body], _ continuation: CheckedContinuation<Void, any Error>?) {
        let time = now()
        let (failure, mustStart) = state.withLock { state -> (JournalError?, Bool) in
            if let failure = state.failure { return (failure, false) }
            for body in bodies { state.pending.append(JournalEvent(time: time, body)) }
            if let continuation { state.waiting.append(continuation) }
            let mustStart = !state.isWriting
            state.isWriting = true
            return (nil, mustStart)
        }
        if let failure { continuation?.resume(throwing: failure) }
        if mustStart { queue.async { self.drain() } }
    }

    /// On the queue: writes batch after batch until nothing is pending.
    private func drain() {
        while true {
            let (events, waiting) = state.withLock { state in
                let batch = (state.pending, state.waiting)
                state.pending = []
                state.waiting = []
                state.isWriting = !batch.0.isEmpty || !batch.1.isEmpty
                return batch
            }
            if events.isEmpty, waiting.isEmpty { return }
            do {
                let written = try file.value.write(events)
                for continuation in waiting { continuation.resume() }
                observer(written)
                if !written.isEmpty { synchronizeSoon() }
            } catch {
                fail(error, waiting)
            }
        }
    }

    /// Has the disk take what was written, once for all that is written in a short while.
    private func synchronizeSoon() {
        let mustBegin = state.withLock { state in
            defer { state.isSyncing = true }
            return !state.isSyncing
        }
        guard mustBegin, syncDescriptor >= 0 else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Self.syncInterval)) { [self] in
            state.withLock { $0.isSyncing = false }
            _ = fdatasync(syncDescriptor)
        }
    }

    deinit { if syncDescriptor >= 0 { close(syncDescriptor) } }

    private func fail(_ error: JournalError, _ waiting: [CheckedContinuation<Void, any Error>]) {
        let late = state.withLock { state in
            state.failure = error
            state.pending = []
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting + late { continuation.resume(throwing: error) }
    }
}

/// Holds the file for the journal's queue.
///
/// Sendable without the compiler's proof: only blocks on the serial queue of the one ``JournalWriter`` that made it touch `value`.
private final class Confined: @unchecked Sendable {
    var value: JournalFile
    init(_ value: consuming JournalFile) { self.value = value }
}
