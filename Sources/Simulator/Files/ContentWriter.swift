import Crypto

/// Takes in one file as it arrives, in constant memory.
///
/// Small files stay in memory, larger ones go to a temporary file, and where nothing is to be kept only the size and the
/// hash move on.
final class ContentWriter {
    /// Files up to this size are held in memory.
    static let memoryLimit = 1 << 20

    private let store: ContentStore
    private let keepsBytes: Bool
    private var hash: SHA256?
    private var head: [UInt8] = []
    private var spool: SpoolFile?
    private(set) var size: UInt64 = 0

    /// - Parameter mustKeep: Keep the bytes whatever the store's retention, as an APK has to be read afterwards.
    init(store: ContentStore, mustKeep: Bool = false) {
        self.store = store
        keepsBytes = mustKeep || store.retention == .keep
        if keepsBytes || store.retention == .hash { hash = SHA256() }
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `noSpace` when this machine, not the phone, has no room for the temporary file.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
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
