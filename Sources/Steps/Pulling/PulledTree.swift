import Crypto
import Farm
import Lanes
import Synchronization

/// Where a pull puts what it finds.
protocol PullDestination: Sendable {
    /// Makes a folder.
    func folder(_ item: PullItem) throws
    /// What takes a file's bytes.
    ///
    /// - Parameter folders: What comes just before it.
    func sink(for item: PullItem, behind folders: [PullItem]) throws -> any PullSink
}

/// Files and folders below the run's folder.
struct PulledTree: PullDestination {
    let place: ContainedPath
    let contents: PulledContents
    let notes: PullNotes

    func folder(_ item: PullItem) throws { try PulledFile.makeFolders(down: try local(item)) }

    func sink(for item: PullItem, behind folders: [PullItem]) throws -> any PullSink {
        for item in folders { try folder(item) }
        return PulledTreeFile(item, at: try local(item), contents: contents, notes: notes)
    }

    private func local(_ item: PullItem) throws -> ContainedPath {
        try item.names.reduce(place) { (path, name) in try path.appending(name) }
    }
}

/// One file on its way into the tree; it is hashed while it comes.
private final class PulledTreeFile: PullSink {
    private struct State: ~Copyable {
        var file: PulledFile?
        var hash: SHA256?
    }

    private let item: PullItem
    private let place: ContainedPath
    private let contents: PulledContents
    private let notes: PullNotes
    private let state: Mutex<State>

    init(_ item: PullItem, at place: ContainedPath, contents: PulledContents, notes: PullNotes) {
        self.item = item
        self.place = place
        self.contents = contents
        self.notes = notes
        state = Mutex(State(file: nil, hash: SHA256()))
    }

    deinit {
        // The link broke in the middle of it.
        state.withLock { $0.file?.drop() }
    }

    func take(_ bytes: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            // Opened with its first bytes, so that files that wait for their turn hold no descriptor.
            if state.file == nil { state.file = try PulledFile(at: place) }
            try state.file?.take(bytes)
            state.hash?.update(bytes)
        }
    }

    func ended(_ outcome: PullOutcome) throws {
        let (file, digest) = state.withLock { state -> (PulledFile?, SHA256Digest?) in
            let file = state.file
            state.file = nil
            return (file, state.hash.take()?.finish())
        }
        switch outcome {
        case .pulled(let count):
            let whole = try file ?? PulledFile(at: place)
            guard let digest else { return }
            if try contents.keep(whole, size: count, digest: digest) { notes.keepOnce(count) }
            notes.keep(count)
        case .refused(let reason):
            file?.drop()
            notes.refusal(of: item, reason)
        }
    }
}

extension PullNotes {
    /// The phone would not give a file: that is a failure, unless nobody named the file and it is no longer there.
    func refusal(of item: PullItem, _ reason: String) {
        if item.isNamed { return refuse(item.source.path, reason) }
        if item.file.kind == .link { return passOver(item.source.path, "the link leads to no file: \(reason)") }
        if reason.contains("No such file") { return passOver(item.source.path, "it was removed meanwhile") }
        refuse(item.source.path, reason)
    }
}
