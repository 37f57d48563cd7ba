import Archive
import Crypto
import Synchronization

/// Writes the entries of a tree in order, taking the content of files from the ring.
struct ArchiveWriting {
    private let reading: Reading
    private let options: PackOptions
    /// The stretches of data of the files that keep their holes.
    private let data: [Int: [Range<UInt64>]]

    private var job = 0
    /// The batch that is being written, and how many of its files were.
    private var batch: (slot: PieceSlot, written: Int)?
    private var hashes: [SHA256Digest?]
    private var contentBytes: UInt64 = 0
    // Only of files that are not as the scan found them.
    private var sizes: [Int: UInt64] = [:]
    private var stamps: [String: FileStamp] = [:]
    private var counts = (files: 0, folders: 0, links: 0)

    init(_ reading: Reading, _ options: PackOptions, data: [Int: [Range<UInt64>]]) {
        self.reading = reading
        hashes = Array(repeating: nil, count: reading.tree.entries.count)
        self.options = options
        self.data = data
    }

    /// What the sink threw; the archive's own error only says that it did.
    private final class SinkFailure {
        var error: PackingError?
        var bytes: UInt64 = 0
    }

    mutating func run(_ sink: @escaping Packer.Sink, _ hashRest: () -> Void) throws(PackingError) -> PackResult {
        let failure = SinkFailure()
        var current: TreeEntry?
        do {
            let settings = ArchiveWriterOptions(level: options.level, threads: options.threads)
            var archive = try ArchiveWriter(options.format, options: settings) { (block) throws(ArchiveError) in
                do throws(PackingError) {
                    try sink(block)
                    failure.bytes += UInt64(block.count)
                } catch {
                    failure.error = error
                    throw ArchiveError(.cannotWrite, "write the archive", reason: error.reason)
                }
            }
            for index in reading.tree.entries.indices {
                current = reading.tree.entries[index]
                try write(index, to: &archive)
            }
            current = nil
            try archive.finish()
        } catch let error as ArchiveError {
            throw failure.error ?? Self.failure(error, current.map { reading.path(of: $0) }, options)
        } catch let error as PackingError {
            throw error
        } catch {
            throw PackingError(.unwritable, path: "the archive", reason: "cannot be written")
        }
        // The writing is done: its core can help.
        hashRest()
        return try result(failure.bytes)
    }

    private static func failure(_ error: ArchiveError, _ path: String?, _ options: PackOptions) -> PackingError {
        guard let path else {
            let code: PackingError.Code = error.code == .unsupported ? .refused : .unwritable
            return PackingError(code, path: "the archive", reason: "cannot be made: \(error.reason)")
        }
        switch error.code {
        case .unsupported:
            return PackingError(
                .refused, path: path, reason: "cannot be packed as \(options.format.name): \(error.reason)")
        case .wrongSize: return .changed(path)
        default: return PackingError(.unwritable, path: path, reason: "cannot be packed: \(error.reason)")
        }
    }

    // MARK: - Entries

    private mutating func write(_ index: Int, to archive: inout ArchiveWriter) throws {
        let entry = reading.tree.entries[index]
        switch entry.kind {
        case .folder:
            counts.folders += 1
            try archive.begin(options.described(entry, as: .folder))
        case .link(let text):
            counts.links += 1
            try archive.begin(options.described(entry, as: .link(to: text)))
        case .hardLink(let first) where options.format.takesHardLinks:
            counts.files += 1
            try archive.begin(options.described(entry, as: .hardLink(to: options.path(of: first))))
        case .file, .hardLink:
            counts.files += 1
            try writeFile(index, entry, to: &archive)
        }
    }

    private mutating func writeFile(_ index: Int, _ entry: TreeEntry, to archive: inout ArchiveWriter) throws {
        let start = reading.plan.starts[job]
        switch reading.plan.jobs[job] {
        case .batch(let files):
            let (slot, number) = try batch ?? (take(start), 0)
            let file = slot.files[number]
            let bytes = slot.bytes(file.bytes)
            note(index, entry, UInt64(bytes.count), file.stamp)
            hashes[index] = file.hash
            try archive.begin(options.described(entry, as: .file(size: UInt64(bytes.count))))
            try archive.write(bytes)
            reading.control.count(UInt64(bytes.count))
            batch = (slot, number + 1)
            if number + 1 == files.count {
                batch = nil
                job += 1
                reading.ring.done(with: start, .writer)
            }
        case .large(_, let pieces):
            let size = UInt64(entry.stamp.size)
            try archive.begin(options.described(entry, as: .file(size: size, data: data[index])))
            for (number, piece) in pieces.enumerated() {
                let slot = try take(start + number)
                if !piece.isHole {
                    try archive.write(slot.bytes(0..<slot.count))
                } else if data[index] == nil {
                    try ZeroBytes.forEach(piece.count) { (zeros) throws(ArchiveError) in try archive.write(zeros) }
                }
                reading.control.count(piece.count)
                if number == pieces.count - 1 { note(index, entry, size, slot.stamp ?? entry.stamp) }
                reading.ring.done(with: start + number, .writer)
            }
            job += 1
        }
    }

    private func take(_ piece: Int) throws(PackingError) -> PieceSlot {
        guard !reading.control.isCancelled else { throw cancelled }
        if let slot = reading.ring.take(piece) { return slot }
        throw reading.ring.error ?? PackingError(.unreadable, path: "a file", reason: "cannot be read")
    }

    private var cancelled: PackingError {
        PackingError(.cancelled, path: reading.tree.roots.first?.path ?? "", reason: "was not packed: cancelled")
    }

    private mutating func note(_ index: Int, _ entry: TreeEntry, _ size: UInt64, _ stamp: FileStamp) {
        contentBytes += size
        if size != UInt64(entry.stamp.size) { sizes[index] = size }
        if stamp != entry.stamp { stamps[entry.path] = stamp }
    }

    // MARK: - The result

    private mutating func result(_ archiveBytes: UInt64) throws(PackingError) -> PackResult {
        PackResult(
            hashes: try hashTree(), stamps: stamps, files: counts.files, folders: counts.folders, links: counts.links,
            contentBytes: contentBytes, archiveBytes: archiveBytes)
    }

    private mutating func hashTree() throws(PackingError) -> HashTree? {
        guard reading.known != nil else { return nil }
        // The hasher may still be at the last pieces: it is told apart from the writer by nothing but its pace.
        reading.ring.waitForAll(reading.plan.pieceCount, .hasher)
        reading.apart.wait()
        if let error = reading.ring.error { throw error }
        for (index, hashed) in reading.hashes.withLock({ $0 }) {
            let entry = reading.tree.entries[index]
            // Between the two readings of a file that is hashed apart it may have changed, too.
            if let stamp = hashed.stamp, stamp != stamps[entry.path] ?? entry.stamp {
                throw .changed(reading.path(of: entry))
            }
            hashes[index] = hashed.digest
        }
        // Only who asks to stop leaves files without a hash.
        if reading.control.isCancelled { throw cancelled }
        return HashTree(reading.tree.entries, options, sizes: sizes, hashes)
    }
}
