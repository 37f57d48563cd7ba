import Farm
import Lanes

/// What of a payload a host has already, and what is due.
struct HostComparison: Sendable {
    /// One thing of the payload and where it goes.
    struct Item: Sendable {
        let entry: FilesPayload.Entry
        let place: RemotePath
        /// What is there now; nil for nothing.
        let present: RemoteFile?
    }

    /// What must be sent, folders first by their paths.
    private(set) var due: [Item] = []
    /// How many files and links are there already.
    private(set) var same = 0
    /// What is there with the right content and another mode than the step asks for.
    private(set) var modesDue: [RemotePath] = []
    /// A folder where a file is due, or the other way round; the first one.
    private(set) var conflict: String?

    /// Bytes of the files that are due.
    var bytes: UInt64 {
        due.reduce(0) { sum, item in
            guard case .bytes(let bytes) = item.entry.content else { return sum }
            return sum + UInt64(bytes.count)
        }
    }

    /// How many of what is due are no folders.
    var dueFiles: Int { due.count { if case .folder = $0.entry.content { false } else { true } } }

    /// Compares; nothing is changed.
    ///
    /// - Parameter mode: What the step asks for; nil leaves the modes of what is there alone.
    static func look(
        for files: FilesPayload, to: RemotePath, mode: UInt32?, force: Bool, with payloads: any PayloadProviding,
        on host: any ConnectedHost
    ) async throws -> Self {
        let places = try Self.places(of: files, to: to)
        let present = try await host.status(of: places)
        var comparison = Self()
        var doubtful: [Item] = []
        for (index, entry) in files.entries.enumerated() {
            let found = index < present.count ? present[index] : nil
            let item = Item(entry: entry, place: places[index], present: found)
            switch Self.judge(item, timesTell: files.timesTell && !force) {
            case .same: comparison.keep(item, mode)
            case .conflict(let why): comparison.conflict = comparison.conflict ?? why
            case .due: comparison.due.append(item)
            case .doubtful where force: comparison.due.append(item)
            case .doubtful: doubtful.append(item)
            }
        }
        try await comparison.settle(doubtful, mode, with: payloads, on: host)
        comparison.due.sort { $0.place < $1.place }
        return comparison
    }

    private enum Judgement { case same, due, doubtful, conflict(String) }

    private static func judge(_ item: Item, timesTell: Bool) -> Judgement {
        guard let present = item.present else { return .due }
        switch item.entry.content {
        case .folder:
            // A link may lead to a folder, as those of releases do.
            return present.kind == .folder || present.kind == .link
                ? .same : .conflict("\(item.place) is there and is no folder")
        case .link:
            return present.kind == .folder ? .conflict("\(item.place) is a folder there, and a link here") : .due
        case .bytes(let bytes):
            guard present.kind != .folder else { return .conflict("\(item.place) is a folder there, and a file here") }
            guard present.kind == .file, present.size == UInt64(bytes.count) else { return .due }
            return timesTell && present.modified == item.entry.modified ? .same : .doubtful
        }
    }

    private mutating func keep(_ item: Item, _ mode: UInt32?) {
        guard case .bytes = item.entry.content else { return }
        same += 1
        if let mode, let present = item.present, present.mode & 0o7777 != mode { modesDue.append(item.place) }
    }

    /// Files of the same size and another time: their hashes decide.
    private mutating func settle(
        _ doubtful: [Item], _ mode: UInt32?, with payloads: any PayloadProviding, on host: any ConnectedHost
    ) async throws {
        guard !doubtful.isEmpty else { return }
        let hashes = try await HostFiles.hashes(of: doubtful.map(\.place), on: host)
        for (index, item) in doubtful.enumerated() {
            if let hashes, await hashes[index] == LocalHash.of(item.entry, with: payloads) {
                keep(item, mode)
            } else {
                due.append(item)
            }
        }
    }

    /// A folder's contents go into the place; a file goes to it, or into it when it ends in a slash.
    private static func places(of files: FilesPayload, to: RemotePath) throws(FarmError) -> [RemotePath] {
        var places: [RemotePath] = []
        for entry in files.entries {
            places.append(files.isFolder || to.namesFolder ? try to.appending(entry.path) : to)
        }
        return places
    }
}

/// SHA-256 of a local file, worked out once per run.
enum LocalHash {
    private static let ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// 64 hex digits; nil for what is no file.
    static func of(_ entry: FilesPayload.Entry, with payloads: any PayloadProviding) async -> String? {
        if let known = entry.sha256 { return known }
        guard case .bytes(let bytes) = entry.content else { return nil }
        // One block as long as the file: its hash is the file's.
        return bytes.count == 0 ? ofNothing : await payloads.blockHashes(of: bytes, size: bytes.count).first
    }
}
