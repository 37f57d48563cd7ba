import Glibc
import Lanes

/// Where a file goes, and the two files beside it: the part that has come, and the record.
struct FetchPlace {
    /// The file itself.
    let path: String
    /// What has come of it so far.
    let partPath: String
    /// What is known about either.
    let recordPath: String
    /// The name of the whole undertaking in messages.
    let operation: String

    init(_ path: String, for operation: String) throws(FetchError) {
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { path[...$0] } ?? ""
        let name = cut.map { path[path.index(after: $0)...] } ?? path[...]
        guard !name.isEmpty, name != ".", name != "..", !path.utf8.contains(0) else {
            throw FetchError(.file, operation, "\(path) is no name for a file")
        }
        var status = stat()
        // Root could put a file in the place of a device.
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw FetchError(
                .file, operation, "\(path) is \(isFolder ? "a folder" : "a device or a pipe"), and no file",
                advice: "name a file, which a fetch that was cut can go on with")
        }
        self.path = path
        self.operation = operation
        partPath = "\(folder).\(name).part"
        recordPath = "\(folder).\(name).fetch"
    }

    /// The record; nil when there is none that can be read.
    func readRecord() -> FetchRecord? {
        let descriptor = open(recordPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // A record is a few lines; whatever is larger is none.
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        return FetchRecord(String(decoding: bytes[..<count], as: UTF8.self))
    }

    /// Writes the record, whole or not at all.
    func write(_ record: FetchRecord) throws(FetchError) {
        let temporary = recordPath + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("write \(temporary)") }
        let bytes = Array(record.text.utf8)
        let written = Glibc.write(descriptor, bytes, bytes.count)
        let error = failure("write \(temporary)")
        close(descriptor)
        guard written == bytes.count else {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, recordPath) == 0 else { throw failure("rename \(temporary)") }
    }

    /// Forgets the record.
    func removeRecord() { unlink(recordPath) }

    /// The system's last word about a file as an error.
    func failure(_ call: String) -> FetchError { failure(SystemError(call)) }

    /// A failed call as an error.
    func failure(_ error: SystemError) -> FetchError {
        guard error.errno == ENOSPC || error.errno == EDQUOT else { return FetchError(.file, operation, "\(error)") }
        return FetchError(
            .noSpace, operation, "\(error)", advice: "free some space; what has come is kept and need not come again")
    }

    /// The machine's start, as the kernel names it.
    static let boot: String? = {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 1 else { return nil }
        return FetchRecord.kept(String(decoding: bytes[..<(count - 1)], as: UTF8.self))
    }()
}
