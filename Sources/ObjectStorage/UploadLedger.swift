import Crypto
import Glibc
import Lanes

/// A folder that remembers uploads in parts for as long as they are under way: one small file for each.
///
/// A file is locked by the process that uploads. What is left unlocked was left by a process that was killed, or whose
/// line broke; the next upload of the same file goes on with it, or ``ObjectStoreClient/abortOrphans(in:sparing:)`` ends it.
public struct UploadLedger: Hashable, Sendable {
    /// Where the folder is.
    public let folder: String

    /// Names a folder, which is made when it is needed; the one above it must be there.
    public init(folder: String) { self.folder = folder }

    private static let suffix = ".upload"

    /// Opens the entry of an object, locked; nil when another process uploads it just now.
    func take(_ upload: PartedUpload, of store: ObjectStore, at seconds: Int) throws(ObjectStorageError) -> UploadEntry?
    {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw ObjectStorageError(
                .file, upload.operation, "\(folder): \(SystemError("mkdir").reason)",
                advice: "give a folder that can be written for the notes on uploads")
        }
        let name = SHA256.hash(of: "\(store.host)\n\(store.bucket)\n\(upload.key)").hex + Self.suffix
        let entry = try UploadEntry.open("\(folder)/\(name)", making: true, for: upload.operation)
        entry?.fresh = UploadToken(upload, store, began: seconds)
        return entry
    }

    /// The entries that nobody has locked.
    func abandoned() -> [UploadEntry] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var entries: [UploadEntry] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(Self.suffix) else { continue }
            // What cannot be opened is left for a person to look at.
            if let entry = try? UploadEntry.open("\(folder)/\(name)", making: false, for: "read \(folder)/\(name)") {
                entries.append(entry)
            }
        }
        return entries
    }
}

// Sendable: touched by one upload at a time.

/// One locked file of a ledger; the lock ends with it.
final class UploadEntry: @unchecked Sendable {
    /// What was in it when it was opened.
    let token: UploadToken?
    /// What it is to say of the upload at hand.
    fileprivate(set) var fresh: UploadToken?
    private let path: String
    private let operation: String
    private let descriptor: CInt

    private init(_ path: String, _ descriptor: CInt, _ operation: String) {
        self.path = path
        self.descriptor = descriptor
        self.operation = operation
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        token = UploadToken(text: String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
    }

    deinit { close(descriptor) }

    /// Opens and locks; nil when another process has it, or it went away meanwhile.
    fileprivate static func open(
        _ path: String, making: Bool, for operation: String
    ) throws(ObjectStorageError) -> UploadEntry? {
        while true {
            let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (making ? O_CREAT : 0)
            let descriptor = Glibc.open(path, flags, 0o600)
            guard descriptor >= 0 else {
                if !making, errno == ENOENT { return nil }
                throw ObjectStorageError(.file, operation, "\(path): \(SystemError("open").reason)")
            }
            var status = stat()
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0 else {
                close(descriptor)
                return nil
            }
            // Whoever had it may have removed it between our opening and locking.
            if status.st_nlink > 0 { return UploadEntry(path, descriptor, operation) }
            close(descriptor)
        }
    }

    /// Notes that an upload is about to begin, so that one is looked for if its name never arrives.
    func begin(partSize: Int64) throws(ObjectStorageError) {
        fresh?.partSize = partSize
        guard let fresh, ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
        try append(fresh.text)
    }

    /// Notes the upload's name, which is what a later process needs.
    func note(uploadID: String) throws(ObjectStorageError) { try append(UploadToken.line(uploadID: uploadID)) }

    /// Forgets the upload.
    func remove() { unlink(path) }

    /// One write is either there or not when the process is killed; against a power cut nothing is done, as no more is
    /// at stake than parts that nobody needs.
    private func append(_ text: String) throws(ObjectStorageError) {
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw failure() }
    }

    private func failure() -> ObjectStorageError {
        ObjectStorageError(
            .file, operation, "\(path): \(SystemError("write").reason)",
            advice: "free some space, or give another folder for the notes on uploads")
    }
}
