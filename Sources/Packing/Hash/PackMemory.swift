public import Crypto
import Glibc
import Lanes

/// What the files of a folder looked like when they were hashed, so that what did not change is not read again.
///
/// One file per set of folders below the user's cache: a line that names the format, then for each file its stamp, its
/// hash and its path, then the SHA-256 of all that. What is damaged, or was written by another version, counts as empty.
public struct PackMemory: Sendable {
    /// What tells a file that was not changed: every change sets the time that nobody can set back.
    private struct Sight: Hashable {
        let device: UInt64
        let inode: UInt64
        let statusChange: Int64

        init(_ stamp: FileStamp) {
            (device, inode, statusChange) = (stamp.device, stamp.inode, stamp.statusChange)
        }
    }

    private static let head = Array("drover pack memory 1\n".utf8)
    /// More than a million files' worth is not taken into memory.
    private static let largest: Int64 = 256 << 20
    /// A file that changed this shortly before the scan may change again without looking different.
    private static let tooFresh: Int64 = 2

    private let folder: String
    private let file: String
    /// Only of files that look as they did: memory is scarce beside zstd.
    private var hashes: [Sight: SHA256Digest] = [:]

    /// The user's own place for memories; nil without a home.
    public static func usualFolder(_ environment: [String: String]) -> String? {
        CachePlace.folder(environment).map { "\($0)/memory" }
    }

    /// Less than this is read again sooner than a note of it is brought to the disk.
    public static let worthANote: UInt64 = 16 << 20

    /// Recalls what is known of a tree's folders; nothing when there is no memory yet.
    ///
    /// - Parameter isEmpty: Recalls nothing; what is remembered then replaces what was known.
    public init(of tree: Tree, in folder: String, isEmpty: Bool = false) {
        // Of a folder that only holds a file, the file makes the difference.
        let names = Dictionary(tree.entries.map { ($0.root, $0.path) }) { first, _ in first }
        let roots = tree.roots.enumerated().map { number, root in
            FileStamp.canonical(root.path) + (root.isWalked ? "" : "\0/\(names[number] ?? "")")
        }.joined(separator: "\0")
        self.folder = folder
        file = "\(folder)/\(SHA256.hash(of: roots).hex)"
        // Nothing recalled is no failure: the files are read again.
        guard !isEmpty, let opened = try? LocalFile.open(file), opened.status.st_size <= Self.largest,
            let bytes = try? opened.copied()
        else { return }
        hashes = bytes.withUnsafeBytes { Self.read($0, of: tree) } ?? [:]
        // It counts as used.
        utimes(file, nil)
    }

    /// The hash of a file of the tree that looks as it did.
    public func hash(of entry: TreeEntry) -> SHA256Digest? { hashes[Sight(entry.stamp)] }

    /// Whether so many bytes of a tree are unknown that they are worth a note: 16 MiB.
    public func isWorthUpdating(with tree: Tree) -> Bool {
        var unknown: UInt64 = 0
        for entry in tree.entries where entry.kind == .file && hash(of: entry) == nil {
            unknown += UInt64(entry.stamp.size)
        }
        return unknown >= Self.worthANote
    }

    /// Remembers the files of a tree.
    ///
    /// - Parameters:
    ///   - hashes: What ``Packer`` or ``TreeHasher`` found, with the same options.
    ///   - stamps: How files looked that the packer had to read again; empty from ``TreeHasher``.
    /// - Throws: ``PackingError`` with `unwritable`; the memory is then as it was.
    public func remember(
        _ tree: Tree, _ hashes: HashTree, _ options: PackOptions, stamps: [String: FileStamp] = [:]
    ) throws(PackingError) {
        let byPath = Dictionary(hashes.entries.map { ($0.path, $0.content) }) { first, _ in first }
        var bytes = Self.head
        for entry in tree.entries where entry.kind == .file {
            guard case .file(_, let hash) = byPath[options.path(of: entry.path)] else { continue }
            let stamp = stamps[entry.path] ?? entry.stamp
            let changed = max(stamp.seconds, stamp.statusChange / 1_000_000_000)
            if changed < tree.began - Self.tooFresh { Self.append(Self.key(entry), stamp, hash, to: &bytes) }
        }
        bytes += SHA256.hash(of: bytes).bytes
        do throws(SystemError) {
            try CachePlace.make(AtomicFile.folder(of: file))
            let new = try AtomicFile(file, mode: 0o600)
            try new.write(bytes)
            // A note that a fall of the machine has damaged counts as none.
            try new.commit(durably: false)
        } catch {
            throw PackingError.unwritable(file, error)
        }
        HashNotes(in: folder).removeOld()
    }

    /// Two folders of one tree may hold the same path at different times.
    private static func key(_ entry: TreeEntry) -> String { "\(entry.root)/\(entry.path)" }

    // MARK: - The file

    private static func append(
        _ key: String, _ stamp: FileStamp, _ hash: SHA256Digest, to bytes: inout [UInt8]
    ) {
        let numbers = [
            stamp.device, stamp.inode, UInt64(bitPattern: stamp.size), UInt64(bitPattern: stamp.seconds),
            UInt64(bitPattern: stamp.nanoseconds), UInt64(bitPattern: stamp.statusChange), UInt64(key.utf8.count),
        ]
        for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
        bytes += hash.bytes
        bytes += Array(key.utf8)
    }

    /// Nil for what is damaged.
    private static func read(_ bytes: UnsafeRawBufferPointer, of tree: Tree) -> [Sight: SHA256Digest]? {
        let end = bytes.count - SHA256Digest.byteCount
        guard end >= head.count, bytes.prefix(head.count).elementsEqual(head) else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        guard SHA256Digest(bytes: bytes[end...]) == SHA256.hash(of: body) else { return nil }
        var places: [Sight: Int] = [:]
        for (place, entry) in tree.entries.enumerated() where entry.kind == .file { places[Sight(entry.stamp)] = place }
        var hashes: [Sight: SHA256Digest] = [:]
        var offset = head.count
        let fixed = 7 * 8 + SHA256Digest.byteCount
        while offset < end {
            guard end - offset >= fixed else { return nil }
            let start = offset
            func number(_ place: Int) -> UInt64 {
                UInt64(littleEndian: body.loadUnaligned(fromByteOffset: start + place * 8, as: UInt64.self))
            }
            offset += 7 * 8
            guard let hash = SHA256Digest(bytes: body[offset..<(offset + SHA256Digest.byteCount)]) else { return nil }
            offset += SHA256Digest.byteCount
            // The path is for those who look into the file: a file is known by its looks under any name.
            guard number(6) <= UInt64(end - offset) else { return nil }
            offset += Int(number(6))
            let stamp = FileStamp(
                device: number(0), inode: number(1), size: Int64(bitPattern: number(2)),
                seconds: Int64(bitPattern: number(3)), nanoseconds: Int64(bitPattern: number(4)),
                statusChange: Int64(bitPattern: number(5)))
            if let place = places[Sight(stamp)], tree.entries[place].stamp == stamp { hashes[Sight(stamp)] = hash }
        }
        return hashes
    }
}
