import Crypto
import Glibc
import Lanes
import Synchronization

/// What the threads of one packing share.
final class Reading: Sendable {
    let tree: Tree
    let plan: PiecePlan
    let ring: PieceRing
    /// Hashes that are known without reading; nil when nothing is to be hashed.
    let known: (@Sendable (TreeEntry) -> SHA256Digest?)?
    private let nextJob = Atomic<Int>(0)
    let control: PackControl
    /// The hashes of large files.
    let hashes = Mutex<[Int: HashedFile]>([:])
    /// The large files that are hashed beside the packing.
    let apart: ApartQueue

    init(
        _ tree: Tree, _ plan: PiecePlan, capacity: Int, apartLimit: Int64,
        known: (@Sendable (TreeEntry) -> SHA256Digest?)?, _ control: PackControl
    ) {
        self.tree = tree
        self.plan = plan
        self.known = known
        self.control = control
        apart = ApartQueue(tree, plan, limit: apartLimit, known: known)
        ring = PieceRing(capacity: capacity)
    }

    /// The next job that nobody has taken; nil when all are.
    func takeJob() -> Int? {
        let job = nextJob.wrappingAdd(1, ordering: .relaxed).oldValue
        return job < plan.jobs.count ? job : nil
    }

    func path(of entry: TreeEntry) -> String { "\(tree.roots[entry.root].path)/\(entry.path)" }

    /// What it means that a file which the scan found cannot be read.
    func failure(_ error: SystemError, _ entry: TreeEntry) -> PackingError {
        switch error.errno {
        // It was there a moment ago, and no link.
        case ENOENT, ELOOP, ENOTDIR, EISDIR, ESTALE: .changed(path(of: entry))
        default: .unreadable(path(of: entry), error)
        }
    }
}

/// Reads files into the ring, ahead of those who hash and write.
///
/// A small file costs four calls: open, one read that tells its end too, a look whether it changed, and close.
struct PieceReader {
    private let reading: Reading
    private var cursors: [FolderCursor]

    init(_ reading: Reading) {
        self.reading = reading
        cursors = reading.tree.roots.map { FolderCursor(root: $0.path) }
    }

    /// Reads until nothing is left, or the packing is given up.
    mutating func run() {
        while let job = reading.takeJob() {
            let start = reading.plan.starts[job]
            do throws(PackingError) {
                switch reading.plan.jobs[job] {
                case .batch(let files): try readBatch(files, as: start)
                case .large(let entry, let pieces): try readLarge(entry, pieces, from: start)
                }
            } catch {
                reading.ring.giveUp(error)
                return
            }
        }
    }

    // MARK: - Small files

    private mutating func readBatch(_ files: [Int], as piece: Int) throws(PackingError) {
        guard let slot = reading.ring.room(for: piece) else { return }
        slot.files.removeAll(keepingCapacity: true)
        var offset = 0
        for index in files {
            let entry = reading.tree.entries[index]
            let (count, stamp) = try readSmall(entry, slot, at: offset)
            let hash = stamp == entry.stamp ? reading.known?(entry) : nil
            slot.files.append(
                PieceSlot.SmallFile(entry: index, bytes: offset..<(offset + count), hash: hash, stamp: stamp))
            offset += count
        }
        if reading.known != nil { hashFiles(of: slot) }
        reading.ring.hand(on: piece)
    }

    /// Hashes the files that were read, two at once; those of about the same size, as the rest of the longer is hashed
    /// alone.
    private func hashFiles(of slot: PieceSlot) {
        let unknown = slot.files.indices.filter { slot.files[$0].hash == nil }
            .sorted { slot.files[$0].bytes.count < slot.files[$1].bytes.count }
        for place in stride(from: 0, to: unknown.count - 1, by: 2) {
            let (first, second) = (unknown[place], unknown[place + 1])
            (slot.files[first].hash, slot.files[second].hash) = SHA256.hash(
                of: slot.bytes(slot.files[first].bytes), and: slot.bytes(slot.files[second].bytes))
        }
        if unknown.count % 2 == 1, let last = unknown.last {
            slot.files[last].hash = SHA256.hash(of: slot.bytes(slot.files[last].bytes))
        }
    }

    /// Reads a file, and once more when it looks different afterwards.
    private mutating func readSmall(
        _ entry: TreeEntry, _ slot: PieceSlot, at offset: Int
    ) throws(PackingError) -> (count: Int, stamp: FileStamp) {
        do throws(SystemError) {
            for _ in 0..<2 {
                let (folder, name) = try cursors[entry.root].place(of: entry.path)
                let descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
                guard descriptor >= 0 else { throw SystemError("open") }
                defer { close(descriptor) }
                let room = UnsafeMutableRawBufferPointer(rebasing: slot.buffer[offset...])
                // One byte more than it had: an end that comes earlier needs no second read.
                let before = try fill(room, from: descriptor, expecting: Int(entry.stamp.size))
                let stamp = try Self.stamp(of: descriptor)
                if stamp == entry.stamp, before == Int(stamp.size) { return (before, stamp) }
                // It changed since the scan. What it is now will do, if it holds still for one more reading.
                guard lseek(descriptor, 0, SEEK_SET) == 0, stamp.size < room.count else { continue }
                let count = try fill(room, from: descriptor, expecting: Int(stamp.size))
                if count == Int(stamp.size), try Self.stamp(of: descriptor) == stamp { return (count, stamp) }
            }
        } catch {
            throw reading.failure(error, entry)
        }
        throw PackingError.changed(reading.path(of: entry))
    }

    private func fill(
        _ room: UnsafeMutableRawBufferPointer, from descriptor: CInt, expecting size: Int
    ) throws(SystemError) -> Int {
        let limit = min(size + 1, room.count)
        var total = 0
        while total < limit {
            let asked = limit - total
            let count = read(descriptor, room.baseAddress.map { $0 + total }, asked)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read") }
            total += count
            // A regular file gives less than was asked for at its end alone.
            if count < asked { break }
        }
        return total
    }

    // MARK: - Large files

    private mutating func readLarge(
        _ index: Int, _ pieces: [PiecePlan.Piece], from start: Int
    ) throws(PackingError) {
        let entry = reading.tree.entries[index]
        do throws(SystemError) {
            let (folder, name) = try cursors[entry.root].place(of: entry.path)
            let descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
            guard descriptor >= 0 else { throw SystemError("open") }
            defer { close(descriptor) }
            let stamp = try Self.stamp(of: descriptor)
            // It changed since the scan. Of the same size it is taken as it is now, unless its hash or its holes are known.
            let isRetryable = stamp.size == entry.stamp.size && !entry.hasHoles && reading.known?(entry) == nil
            guard stamp == entry.stamp || isRetryable else {
                return reading.ring.giveUp(.changed(reading.path(of: entry)))
            }
            posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
            for (number, piece) in pieces.enumerated() {
                guard let slot = reading.ring.room(for: start + number) else { return }
                slot.stamp = stamp
                if !piece.isHole {
                    slot.count = Int(piece.count)
                    guard try Self.fill(slot, from: descriptor, at: piece.offset) else {
                        return reading.ring.giveUp(.changed(reading.path(of: entry)))
                    }
                }
                if number == pieces.count - 1, try Self.stamp(of: descriptor) != stamp {
                    return reading.ring.giveUp(.changed(reading.path(of: entry)))
                }
                reading.ring.hand(on: start + number)
            }
        } catch {
            throw reading.failure(error, entry)
        }
    }

    /// Reads a whole piece; false when the file ends before.
    private static func fill(_ slot: PieceSlot, from descriptor: CInt, at offset: UInt64) throws(SystemError) -> Bool {
        var total = 0
        while total < slot.count {
            let place = slot.buffer.baseAddress.map { $0 + total }
            let count = pread(descriptor, place, slot.count - total, off_t(offset) + total)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read") }
            guard count > 0 else { return false }
            total += count
        }
        return true
    }

    private static func stamp(of descriptor: CInt) throws(SystemError) -> FileStamp {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("fstat") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError("fstat", errno: ESTALE) }
        return FileStamp(status)
    }
}

/// Hashes the large files, piece by piece, beside the writing.
struct PieceHasher {
    let reading: Reading

    func run() {
        guard let known = reading.known else { return skip(0, reading.plan.pieceCount) }
        for (job, start) in zip(reading.plan.jobs, reading.plan.starts) {
            guard case .large(let entry, let pieces) = job else {
                skip(start, job.pieceCount)
                continue
            }
            if let hash = known(reading.tree.entries[entry]) {
                reading.hashes.withLock { $0[entry] = HashedFile(digest: hash) }
                skip(start, pieces.count)
                continue
            }
            guard !reading.apart.contains(entry) else {
                skip(start, pieces.count)
                continue
            }
            var hash = SHA256()
            for (number, piece) in pieces.enumerated() {
                guard let slot = reading.ring.take(start + number) else { return }
                if piece.isHole {
                    ZeroBytes.forEach(piece.count) { hash.update($0) }
                } else {
                    hash.update(slot.bytes(0..<slot.count))
                }
                if number < pieces.count - 1 { reading.ring.done(with: start + number, .hasher) }
            }
            let digest = hash.finish()
            // Who waits for the last piece finds the hash.
            reading.hashes.withLock { $0[entry] = HashedFile(digest: digest) }
            skip(start, pieces.count)
        }
    }

    private func skip(_ start: Int, _ count: Int) {
        if count > 0 { reading.ring.done(with: start + count - 1, .hasher) }
    }
}

/// The content of holes.
enum ZeroBytes {
    private static let block = UnsafeRawBufferPointerBox(count: 1 << 20)

    /// Lends so many zeros, a block at a time.
    static func forEach<Failure: Error>(
        _ count: UInt64, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = count
        while rest > 0 {
            let part = min(rest, UInt64(block.bytes.count))
            try body(UnsafeRawBufferPointer(rebasing: block.bytes[..<Int(part)]))
            rest -= part
        }
    }

    /// Never freed and never written to after it was made.
    private final class UnsafeRawBufferPointerBox: @unchecked Sendable {
        let bytes: UnsafeRawBufferPointer

        init(count: Int) {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 4096)
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            bytes = UnsafeRawBufferPointer(memory)
        }
    }
}
