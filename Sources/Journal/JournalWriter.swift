import Dispatch
import Glibc
public import Secrets
import Synchronization

/// Writes a run's journal: one serial queue, whole lines, many events in one write.
///
/// Lanes hand events over and go on; while one batch is being written the next one gathers, so a thousand phones that end
/// steps at the same time cost a few system calls. The disk is waited for beside that, so that a power failure takes at most the
/// steps of the last moment. After the first failure nothing more is written, and every
/// ``append(_:)`` throws that failure: the journal stays a whole prefix of the run.
public final class JournalWriter: Sendable {
    private struct State {
        var pending: [JournalEvent] = []
        var waiting: [CheckedContinuation<Void, any Error>] = []
        var isWriting = false
        var failure: JournalError?
    }

    private let state = Mutex(State())
    /// What the disk said when it was to keep what had been written.
    private let refusal = Refusal()
    private let queue = DispatchQueue(label: "drover.journal", target: .global())
    private let file: Confined
    private let disk: DiskWait
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
        try self.init(journal, in: folder, now: now, observer: observer)
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
                .damaged, operation: "go on with \(folder.journalPath)",
                reason: "line \(line) is damaged, or lines before it are missing")
        }
        let file = try OwnedFile(appendingTo: folder.journalPath)
        let journal = JournalFile(file, goingOnWith: contents, outputs: folder.outputsPath, redactor: redactor)
        try self.init(journal, in: folder, now: now, observer: observer)
    }

    /// Appends to a file that is there already and keeps every text inline; for tests of full disks.
    convenience init(appendingTo path: String, now: @escaping @Sendable () -> Int64) throws(JournalError) {
        let journal = JournalFile(try OwnedFile(appendingTo: path), outputs: nil, redactor: Redactor())
        try self.init(journal, in: nil, now: now, observer: { _ in })
    }

    private init(
        _ file: consuming JournalFile,
        in folder: RunFolder?,
        now: @escaping @Sendable () -> Int64,
        observer: @escaping @Sendable ([JournalEvent]) -> Void
    ) throws(JournalError) {
        let refusal = self.refusal
        disk = DiskWait(try file.duplicate(), folder: folder) { refusal.leave($0) }
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
            queue.async { continuation.resume() }
        }
        await disk.finish()
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
            if let error = refusal.error {
                fail(error, waiting)
                continue
            }
            do {
                let written = try file.value.write(events)
                for continuation in waiting { continuation.resume() }
                observer(written)
                if written.contains(where: \.mustLast) { disk.request() }
            } catch {
                fail(error, waiting)
            }
        }
    }

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

/// Where one queue leaves an error for another.
private final class Refusal: Sendable {
    private let first = Mutex<JournalError?>(nil)
    var error: JournalError? { first.withLock { $0 } }
    func leave(_ error: JournalError) { first.withLock { if $0 == nil { $0 = error } } }
}

extension JournalEvent {
    /// Whether a resumed run would do something twice if the disk forgot this.
    fileprivate var mustLast: Bool {
        switch body {
        case .runStarted, .runResumed, .stepEnded, .playEnded, .phoneEnded, .waveEnded, .canaryReplaced, .runEnded: true
        case .phoneConnected, .stepStarted, .serviceAsked, .attemptFailed, .waveStarted, .runStopping: false
        }
    }
}

/// Holds the file for the journal's queue.
///
/// Sendable without the compiler's proof: only blocks on the serial queue of the one ``JournalWriter`` that made it touch `value`.
private final class Confined: @unchecked Sendable {
    var value: JournalFile
    init(_ value: consuming JournalFile) { self.value = value }
}
