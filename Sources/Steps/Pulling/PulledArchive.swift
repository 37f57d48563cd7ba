import Archive
import Farm
import Synchronization

/// A phone announced far more of a file than it sent, so that no archive can be made of it.
struct PromisedMore: Error {
    let path: String
    let size: UInt64
    let came: UInt64
}

/// Files and folders in one archive, without a copy of them anywhere else.
struct PulledArchive: PullDestination {
    let queue: ArchiveQueue
    let notes: PullNotes

    func folder(_ item: PullItem) throws {
        if let failure = queue.failure { throw failure }
        queue.begin(item.entry(.folder))
    }

    func sink(for item: PullItem, behind folders: [PullItem]) throws -> any PullSink {
        PulledArchiveFile(item, behind: folders, queue: queue, notes: notes)
    }
}

/// One file on its way into an archive.
///
/// An entry begins with its size. A small file waits until it is whole, and has the size that it came with. Of a larger one the
/// size is what the phone said when its folder was listed: what a log has grown by since then is left out, and when it has
/// shrunk, zeros stand in the place of what is missing. Both are noted.
private final class PulledArchiveFile: PullSink {
    /// Files below this size wait until they are whole.
    private static let small = 256 << 10
    /// A file whose size is not known is kept up to here.
    private static let mostHeld = 1 << 20
    /// So many zeros stand for what a file has lost; a log that is begun anew loses more only when it was larger.
    private static let mostZeros: UInt64 = 1 << 30

    private struct State {
        /// The beginning, before the entry has one.
        var held: [UInt8] = []
        /// The size that the entry has; nil before it begins.
        var size: UInt64?
        var written: UInt64 = 0
        /// Bytes that came and have no place.
        var surplus: UInt64 = 0
        /// What comes before it in the archive, and is not there yet.
        var folders: [PullItem]
    }

    private let item: PullItem
    private let queue: ArchiveQueue
    private let notes: PullNotes
    private let state: Mutex<State>

    init(_ item: PullItem, behind folders: [PullItem], queue: ArchiveQueue, notes: PullNotes) {
        state = Mutex(State(folders: folders))
        self.item = item
        self.queue = queue
        self.notes = notes
    }

    var isFull: Bool { queue.isFull }

    func take(_ bytes: UnsafeRawBufferPointer) throws {
        if let failure = queue.failure { throw failure }
        state.withLock { state in
            if let size = state.size { return add(bytes, of: size, &state) }
            let room = min(bytes.count, Self.mostHeld - state.held.count)
            state.held.append(contentsOf: bytes.prefix(room))
            let held = UInt64(state.held.count)
            // What a link leads to has another size than the link.
            if item.file.kind == .file, held >= Self.small, item.file.size > held { begin(item.file.size, &state) }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[room...])
            if let size = state.size { add(rest, of: size, &state) } else { state.surplus += UInt64(rest.count) }
        }
    }

    func ended(_ outcome: PullOutcome) throws {
        if let failure = queue.failure { throw failure }
        try state.withLock { state in
            beginFolders(&state)
            if case .refused(let reason) = outcome {
                guard state.size != nil else { return notes.refusal(of: item, reason) }
                notes.refuse(item.source.path, reason)
            }
            if state.size == nil { begin(UInt64(state.held.count), &state) }
            notes.keep(state.written)
            let missing = (state.size ?? 0) - state.written
            if missing > 0 {
                // What a phone says of a size must not fill a disk.
                guard missing <= Self.mostZeros else {
                    throw PromisedMore(path: item.source.path, size: item.file.size, came: state.written)
                }
                queue.fill(missing)
                notes.cut(
                    item.source.path, "only \(state.written) bytes came, and the last \(missing) of its entry are zeros"
                )
            } else if state.surplus > 0 {
                notes.cut(
                    item.source.path, "it has \(state.surplus) bytes more than the \(state.written) that are kept")
            }
        }
    }

    /// Begins the entry with what is held.
    private func begin(_ size: UInt64, _ state: inout State) {
        beginFolders(&state)
        queue.begin(item.entry(.file(size: size)))
        queue.write(state.held)
        state.size = size
        state.written = UInt64(state.held.count)
        state.held = []
    }

    private func beginFolders(_ state: inout State) {
        for folder in state.folders { queue.begin(folder.entry(.folder)) }
        state.folders = []
    }

    private func add(_ bytes: UnsafeRawBufferPointer, of size: UInt64, _ state: inout State) {
        let count = Int(min(UInt64(bytes.count), size - state.written))
        queue.write(Array(bytes.prefix(count)))
        state.written += UInt64(count)
        state.surplus += UInt64(bytes.count - count)
    }
}

extension PullItem {
    /// Its entry: the phone's time and permissions, nobody's numbers.
    fileprivate func entry(_ kind: WrittenEntry.Kind) -> WrittenEntry {
        // Set-user-id and its like are nobody's business here, and the owner must be able to read it.
        let mode = file.kind == .link ? 0o644 : file.mode & 0o777 | (file.kind == .folder ? 0o700 : 0o600)
        return WrittenEntry(
            path: names.joined(separator: "/"), kind: kind, mode: mode,
            // Phones whose clock was never set have times before the oldest that a zip can tell; the latest is of 2106.
            modified: min(max(WrittenEntry.usualTime, file.modified), Int64(UInt32.max)))
    }
}
