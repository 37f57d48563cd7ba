import Dispatch
import Glibc
import Synchronization

/// Waits for the disk beside the journal's own work: at most one wait at a time, and a pause between two.
///
/// The journal goes on writing meanwhile; one wait covers everything that was written before it began.
final class DiskWait: Sendable {
    /// What a power failure may take is what was written in the last ``interval``, and while one wait lasts.
    static let interval: UInt64 = 50_000_000

    private struct State {
        var isDue = false
        var last: UInt64 = 0
        var isFolderDone = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "drover.journal.disk", target: .global())
    private let file: OwnedFile
    private let folder: RunFolder?
    private let fail: @Sendable (JournalError) -> Void

    /// - Parameters:
    ///   - folder: Whose frozen plan and name are to be on the disk as well.
    ///   - fail: Gets the disk's refusal, on this wait's own queue.
    init(_ file: consuming OwnedFile, folder: RunFolder?, fail: @escaping @Sendable (JournalError) -> Void) {
        self.file = file
        self.folder = folder
        self.fail = fail
    }

    /// Sees to it that what is written by now will be on the disk soon; never waits.
    func request() {
        let start: UInt64? = state.withLock { state in
            guard !state.isDue else { return nil }
            state.isDue = true
            return state.last &+ Self.interval
        }
        guard let start else { return }
        // Strongly held: a wait that was asked for is done even when the run ends first.
        queue.asyncAfter(deadline: DispatchTime(uptimeNanoseconds: start)) { self.wait() }
    }

    /// Returns when everything written by now is on the disk.
    func finish() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.wait()
                continuation.resume()
            }
        }
    }

    /// On the queue.
    private func wait() {
        let isFolderDue = state.withLock { state in
            // Before the wait: what is written while it lasts needs another one.
            state.isDue = false
            defer { state.isFolderDone = true }
            return !state.isFolderDone
        }
        do {
            if isFolderDue, let folder { try folder.synchronize() }
            try file.synchronize()
        } catch {
            fail(error)
        }
        state.withLock { $0.last = DispatchTime.now().uptimeNanoseconds }
    }
}

extension RunFolder {
    /// Waits until the names of the journal and the plan, and the plan itself, are on the disk.
    func synchronize() throws(JournalError) {
        if access(planPath, R_OK) == 0 { try OwnedFile(reading: planPath).synchronize() }
        try OwnedFile(reading: path).synchronize()
        try OwnedFile(reading: "\(path)/..").synchronize()
    }
}
