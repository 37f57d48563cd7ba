import Archive
import CloudPhone
import Farm
import Glibc
import Lanes

/// Files of a phone as an export has brought them, looked at and read as if they were the phone's own.
final class ExportedFiles: ConnectedTarget {
    let id: TargetID
    let lane: Lane
    let facts: [String: String] = [:]
    private let entries: [String: Entry]
    /// The names in each folder, sorted.
    private let folders: [String: [String]]
    private let contents: SharedBytes?
    /// What goes with this.
    private let scratch: ScratchCopy

    private struct Entry: Sendable {
        let file: RemoteFile
        /// Where its bytes are.
        var range = 0..<0
    }

    /// Reads an archive; blocks as long as that takes.
    ///
    /// Nothing is written anywhere but to one file of the scratch folder, whatever names the archive has.
    ///
    /// - Throws: `ArchiveError`, `SystemError`.
    init(reading archive: String, scratch folder: String, of id: TargetID, on lane: Lane) throws {
        self.id = id
        self.lane = lane
        scratch = try ScratchCopy(in: folder, named: "exported")
        var found: [String: Entry] = [:]
        let descriptor = open(scratch.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError("open \(scratch.path)") }
        defer { Glibc.close(descriptor) }
        var end = 0
        let opened = open(archive, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw SystemError("open \(archive)") }
        defer { Glibc.close(opened) }
        var reader = try ArchiveReader(descriptor: opened, kinds: .all)
        while let entry = try reader.next() {
            guard let path = Self.path(of: entry.path) else { continue }
            let begin = end
            if entry.kind == .file {
                while try reader.readBlock({ (offset, bytes) throws(ArchiveError) in
                    try Self.write(bytes, to: descriptor, at: begin + Int(offset))
                    end = max(end, begin + Int(offset) + bytes.count)
                }) {}
                end = max(end, begin + Int(clamping: entry.size ?? 0))
            }
            found[path] = Entry(file: Self.file(entry, size: UInt64(end - begin)), range: begin..<end)
        }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw SystemError("write \(scratch.path)") }
        contents = end > 0 ? try SharedBytes(mapping: scratch.path) : nil
        folders = Self.folders(of: &found)
        entries = found
    }

    /// An absolute path; nil for one that leads somewhere else.
    private static func path(of name: String) -> String? {
        let parts = name.split(separator: "/").filter { $0 != "." }
        guard !parts.isEmpty, !parts.contains("..") else { return nil }
        return "/" + parts.joined(separator: "/")
    }

    private static func file(_ entry: ArchiveEntry, size: UInt64) -> RemoteFile {
        let kind: RemoteFile.Kind =
            switch entry.kind {
            case .file: .file
            case .folder: .folder
            case .link: .link
            default: .other
            }
        return RemoteFile(kind: kind, mode: entry.mode & 0o7777, size: size, modified: entry.modified ?? 0)
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt, at place: Int) throws(ArchiveError)
    {
        var rest = bytes
        var place = place
        while !rest.isEmpty {
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(place))
            guard count > 0 else {
                throw ArchiveError(.cannotWrite, "keep exported files", reason: SystemError("write").reason)
            }
            place += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// The folders above everything, which an archive may leave out.
    private static func folders(of entries: inout [String: Entry]) -> [String: [String]] {
        var folders: [String: Set<String>] = [:]
        for path in Array(entries.keys) {
            var path = path[...]
            while let slash = path.lastIndex(of: "/") {
                let parent = slash == path.startIndex ? "/" : String(path[..<slash])
                let isNew = folders[parent, default: []].insert(String(path[path.index(after: slash)...])).inserted
                if entries[parent] == nil {
                    entries[parent] = Entry(file: RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 0))
                }
                guard isNew, parent != "/" else { break }
                path = path[..<slash]
            }
        }
        return folders.mapValues { $0.sorted() }
    }

    // MARK: Looking and reading

    func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        paths.map { entries[PhoneRoot.real($0.path)]?.file }
    }

    func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        let place = PhoneRoot.real(folder.path)
        return (folders[place] ?? []).compactMap { name in
            entries[place == "/" ? "/\(name)" : "\(place)/\(name)"].map { RemoteEntry(name: name, file: $0.file) }
        }
    }

    /// Bytes that are handed on at a time.
    private static let part = 1 << 20

    func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome {
        guard let entry = entries[PhoneRoot.real(path.path)], entry.file.kind == .file else {
            return .refused(reason: "No such file or directory")
        }
        var place = entry.range.lowerBound
        while place < entry.range.upperBound {
            while sink.isFull { try await lane.sleep(for: .milliseconds(2)) }
            let end = min(place + Self.part, entry.range.upperBound)
            try contents?.withUnsafeBytes { try sink.take(UnsafeRawBufferPointer(rebasing: $0[place..<end])) }
            place = end
        }
        return .pulled(bytes: UInt64(entry.range.count))
    }

    // MARK: What files alone cannot do

    func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        throw unsupported("run `\(line)`")
    }

    func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int? {
        throw unsupported("follow `\(line)`")
    }

    private func unsupported(_ operation: String) -> ServiceError {
        ServiceError("unsupported", operation: operation, reason: "these are files that were exported from a phone")
    }

    func close() async {}
}
