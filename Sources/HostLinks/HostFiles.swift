import Farm
import Lanes
import SSH
import Synchronization

/// A host's files, over one SFTP channel that is opened when it is first needed.
final class HostFiles: Sendable {
    private let connection: SSHConnection
    /// The channel, or its opening, which all who want it wait for.
    private let opening = Mutex<Task<SFTPClient, any Error>?>(nil)

    init(_ connection: SSHConnection) { self.connection = connection }

    private func client() async throws -> SFTPClient {
        let lane = connection.lane
        let task = opening.withLock { opening in
            if let opening { return opening }
            let started = Task(executorPreference: lane) { [connection] in
                try await SFTPClient.start(name: connection.name, on: lane) {
                    connection.openSubsystem("sftp", handler: $0)
                }
            }
            opening = started
            return started
        }
        do {
            let client = try await task.value
            guard client.failure != nil, connection.failure == nil else { return client }
        } catch {
            opening.withLock { if $0 == task { $0 = nil } }
            throw error
        }
        // The channel has ended and the connection has not: another one is opened.
        opening.withLock { if $0 == task { $0 = nil } }
        return try await self.client()
    }

    /// Ends the channel; call on the lane.
    func close() {
        let task = opening.withLock { opening in
            defer { opening = nil }
            return opening
        }
        guard let task else { return }
        Task(executorPreference: connection.lane) { try await task.value.close() }
    }

    // MARK: Looking

    func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        let client = try await client()
        let found = Found(count: paths.count)
        try await each(paths.indices, on: client) { index in
            do {
                let attributes = try await client.lookIfPresent(at: SFTPPath(paths[index].path), followingLinks: false)
                found.files[index] = attributes.map { RemoteFile($0) }
            } catch let error as SFTPError where error.isRefusal {
                // A path that may not be looked at is as good as none, as it is on phones.
            }
        }
        return found.files
    }

    func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        do {
            return try await client().list(SFTPPath(folder.path)).map { entry in
                RemoteEntry(name: String(decoding: entry.name, as: UTF8.self), file: RemoteFile(entry.attributes))
            }
        } catch let error as SFTPError where error.isRefusal {
            return []
        }
    }

    // MARK: Moving

    func read(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome {
        do {
            let result = try await client().download(SFTPPath(path.path), into: PulledBytes(sink), meter: progress)
            return .pulled(bytes: result.bytes)
        } catch let error as SFTPError where error.isRefusal {
            return .refused(reason: error.reason)
        }
    }

    func read(_ list: [FileToPull], progress: ProgressMeter) async throws {
        let wanted = list.map { file in
            SFTPWanted(SFTPPath(file.path.path), into: PulledBytes(file.sink)) { result in
                switch result {
                case .success(let download): try file.sink.ended(.pulled(bytes: download.bytes))
                case .failure(let error): try file.sink.ended(.refused(reason: error.reason))
                }
            }
        }
        try await client().download(inOrder: wanted, meter: progress)
    }

    func write(_ list: [FileToPush], resumes: Bool, progress: ProgressMeter) async throws -> UploadReceipt {
        let client = try await client()
        let notes = UploadNotes()
        try await makeParents(of: list, on: client)
        try await each(list.indices, on: client) { index in
            do {
                let kept = try await Self.write(list[index], resumes: resumes, on: client, progress)
                if kept > 0 { notes.receipt.resumed.insert(index) }
            } catch let error as SFTPError where error.isRefusal {
                notes.receipt.refusals.append(PushRefusal(index: index, reason: error.reason))
            }
        }
        notes.receipt.refusals.sort { $0.index < $1.index }
        return notes.receipt
    }

    /// - Returns: Bytes that were there and were kept.
    private static func write(
        _ file: FileToPush, resumes: Bool, on client: SFTPClient, _ progress: ProgressMeter
    ) async throws -> Int {
        let path = SFTPPath(file.path.path)
        switch file.content {
        case .bytes(let bytes):
            return try await client.write(
                bytes, to: path, mode: file.mode, modified: file.modified, resumes: resumes, meter: progress)
        case .folder: try await client.makeFolders(path, mode: file.mode)
        case .link(let target):
            // A link cannot be changed, so one that is there goes first.
            if let there = try await client.lookIfPresent(at: path, followingLinks: false), there.kind == .link {
                try await client.remove(path)
            }
            try await client.makeLink(path, to: Array(target.utf8))
        }
        return 0
    }

    /// Makes each folder that something goes into, once; one that cannot be made is told by what goes into it.
    private func makeParents(of list: [FileToPush], on client: SFTPClient) async throws {
        let parents = Set(list.map { SFTPPath($0.path.path).parent })
        for parent in parents.sorted(by: { $0.bytes.count < $1.bytes.count }) {
            do {
                try await client.makeFolders(parent)
            } catch let error as SFTPError where error.isRefusal {}
        }
    }

    private func each(
        _ indices: Range<Int>, on client: SFTPClient, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        guard indices.count > 1 else {
            for index in indices { try await body(index) }
            return
        }
        try await client.forEach(of: Array(indices), width: client.limits.openFiles, body)
    }
}

// Sendable: touched only on the host's lane.

private final class Found: @unchecked Sendable {
    var files: [RemoteFile?]
    init(count: Int) { files = Array(repeating: nil, count: count) }
}

// Sendable: touched only on the host's lane.

private final class UploadNotes: @unchecked Sendable {
    var receipt = UploadReceipt()
}

/// What a download gives, for those who pull.
private final class PulledBytes: SFTPSink {
    private let sink: any PullSink

    init(_ sink: any PullSink) { self.sink = sink }

    var isFull: Bool { sink.isFull }

    func write(_ bytes: UnsafeRawBufferPointer) throws { try sink.take(bytes) }
}

extension RemoteFile {
    fileprivate init(_ attributes: SFTPAttributes) {
        let kind: Kind =
            switch attributes.kind {
            case .file: .file
            case .folder: .folder
            case .link: .link
            case .special, .unknown: .other
            }
        self.init(
            kind: kind, mode: (attributes.mode ?? 0) & 0o7777, size: attributes.size ?? 0,
            modified: Int64(attributes.modified ?? 0))
    }
}
