import Crypto
import Glibc

/// Takes in one file as it arrives, in constant memory.
///
/// Small files stay in memory, larger ones go to a temporary file, and where nothing is to be kept only the size and the
/// hash move on. As long as the bytes are those of a guess, they are compared with it and nothing else is done.
final class ContentWriter {
    /// Files up to this size are held in memory.
    static let memoryLimit = 1 << 20

    private let store: ContentStore
    private let keepsBytes: Bool
    private var guess: FileContent?
    private var hash: SHA256?
    private var head: [UInt8] = []
    private var spool: SpoolFile?
    private(set) var size: UInt64 = 0

    /// Counts and hashes, and keeps nothing.
    init(hashingFor store: ContentStore) {
        self.store = store
        keepsBytes = false
        hash = SHA256()
    }

    /// - Parameters:
    ///   - mustKeep: Keep the bytes whatever the store's retention, as an APK has to be read afterwards.
    ///   - guess: What the file probably is.
    init(store: ContentStore, mustKeep: Bool = false, guess: FileContent? = nil) {
        self.store = store
        self.guess = guess?.isReadable == true ? guess : nil
        keepsBytes = mustKeep || store.retention == .keep
        if self.guess == nil { startHash() }
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `noSpace` when this machine, not the phone, has no room for the temporary file.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        if let guess {
            if Self.continues(guess, at: size, with: bytes) {
                size += UInt64(bytes.count)
                return
            }
            try giveUp(guess)
        }
        try write(bytes)
    }

    private static func continues(_ guess: FileContent, at size: UInt64, with bytes: UnsafeRawBufferPointer) -> Bool {
        guard size + UInt64(bytes.count) <= guess.size else { return false }
        var isSame = true
        var offset = 0
        guess.eachPart(in: size..<size + UInt64(bytes.count)) { part in
            guard isSame, let start = bytes.baseAddress, let other = part.baseAddress else { return }
            isSame = memcmp(start + offset, other, part.count) == 0
            offset += part.count
        }
        return isSame
    }

    /// The guess was right so far and is wrong now: what was skipped is done after all.
    private func giveUp(_ guess: FileContent) throws(FileError) {
        self.guess = nil
        startHash()
        let sofar = size
        size = 0
        var failure: FileError?
        guess.eachPart(in: 0..<sofar) { part in
            guard failure == nil else { return }
            do throws(FileError) { try write(part) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func startHash() {
        if keepsBytes || store.retention == .hash { hash = SHA256() }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        size += UInt64(bytes.count)
        hash?.update(bytes)
        guard keepsBytes else { return }
        if spool == nil, head.count + bytes.count <= Self.memoryLimit {
            head.append(contentsOf: bytes)
            return
        }
        try openSpool()
        try spool?.write(bytes)
    }

    /// Ends the file; the writer is of no more use.
    func finish() throws(FileError) -> FileContent {
        if let guess {
            if guess.size == size { return guess }
            try giveUp(guess)
        }
        guard let digest = hash.take()?.finish() else {
            return FileContent(.discarded, size: size, digest: nil)
        }
        guard keepsBytes else { return FileContent(.discarded, size: size, digest: digest) }
        let size = Int(size)
        return try store.content(digest, size: self.size) { () throws(FileError) in
            guard let file = try spool?.map(size: size) else { return .bytes(head) }
            return .mapped(file)
        }
    }

    private func openSpool() throws(FileError) {
        guard spool == nil else { return }
        spool = try SpoolFile()
        var failure: FileError?
        head.withUnsafeBytes { bytes in
            do throws(FileError) { try spool?.write(bytes) } catch { failure = error }
        }
        head = []
        if let failure { throw failure }
    }
}
