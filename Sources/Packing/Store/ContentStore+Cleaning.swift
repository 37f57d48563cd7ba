public import Crypto
import Glibc
import Lanes

extension ContentStore {
    /// One content, as a list shows it.
    public struct Row: Hashable, Sendable {
        /// What it is.
        public let hash: SHA256Digest
        /// Its bytes.
        public let size: UInt64
        /// When it was last used, in seconds since 1970.
        public let lastUsed: Int64
        /// Finer than ``lastUsed``, for the order.
        let nanoseconds: Int64
        /// Whether a process holds it now.
        public let isHeld: Bool
    }

    /// What a cleaning did.
    public struct Cleaning: Hashable, Sendable {
        /// What was removed, the least recently used first.
        public internal(set) var removed: [Row] = []
        /// What stays, in the same order.
        public internal(set) var kept: [Row] = []
    }

    /// All contents, the least recently used first; none when there is no store.
    public func list() -> [Row] {
        var rows: [Row] = []
        for folder in names(in: "\(path)/objects") {
            for name in names(in: "\(path)/objects/\(folder)") {
                guard let hash = SHA256Digest(hex: name), let row = row(hash) else { continue }
                rows.append(row)
            }
        }
        return rows.sorted {
            ($0.lastUsed, $0.nanoseconds, $0.hash.hex) < ($1.lastUsed, $1.nanoseconds, $1.hash.hex)
        }
    }

    /// Removes what was used longest ago; never what a process holds.
    ///
    /// - Parameters:
    ///   - bytes: So many bytes may stay; nil for any number.
    ///   - limit: What was last used before this moment goes, in seconds since 1970; nil for nothing.
    public func prune(keeping bytes: UInt64? = nil, usedSince limit: Int64? = nil) -> Cleaning {
        var cleaning = Cleaning()
        let rows = list()
        var left = rows.reduce(0) { $0 + $1.size }
        for row in rows {
            let isOld = limit.map { row.lastUsed < $0 } ?? false
            let isTooMuch = bytes.map { left > $0 } ?? false
            if isOld || isTooMuch, remove(row.hash) {
                left -= row.size
                cleaning.removed.append(row)
            } else {
                cleaning.kept.append(row)
            }
        }
        forgetKeys(keeping: Set(cleaning.kept.map(\.hash)))
        return cleaning
    }

    /// Brings the store below its capacity.
    func makeRoom() {
        // Looked at after every addition: most of the time there is nothing to do.
        if list().reduce(0, { $0 + $1.size }) > capacity { _ = prune(keeping: capacity) }
    }

    /// False when somebody holds it, or it cannot be removed.
    private func remove(_ hash: SHA256Digest) -> Bool {
        let file = objectPath(hash)
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        // A name is never given to another file while its own is there, and nobody else removes what is locked here.
        var status = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0 else { return false }
        guard status.st_nlink > 0 else { return true }
        guard unlink(file) == 0 else { return false }
        SeenNote(path: file + ".seen").remove()
        return true
    }

    private func row(_ hash: SHA256Digest) -> Row? {
        let file = objectPath(hash)
        var status = stat()
        var note = stat()
        guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let used = lstat(file + ".seen", &note) == 0 ? note.st_mtim : status.st_mtim
        return Row(
            hash: hash, size: UInt64(status.st_size), lastUsed: Int64(used.tv_sec), nanoseconds: Int64(used.tv_nsec),
            isHeld: isHeld(file))
    }

    private func isHeld(_ file: String) -> Bool {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    /// A key whose content is gone is of no use.
    private func forgetKeys(keeping hashes: Set<SHA256Digest>) {
        for name in names(in: "\(path)/keys") {
            let file = "\(path)/keys/\(name)"
            guard SHA256Digest(hex: name) != nil, let bytes = try? LocalFile.open(file).start(80) else { continue }
            let hash = SHA256Digest(hex: String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
            if hash.map({ !hashes.contains($0) }) ?? true { unlink(file) }
        }
    }

    private func names(in folder: String) -> [String] {
        // No folder holds nothing.
        let names = (try? Folder.open(folder).names()) ?? []
        return names.map { String(decoding: $0, as: UTF8.self) }
    }
}
