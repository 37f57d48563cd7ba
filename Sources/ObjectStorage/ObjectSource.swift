import Curl
import Glibc
import Lanes

/// The bytes that an object is made of.
public enum ObjectSource: Hashable, Sendable {
    /// Bytes in memory.
    case bytes([UInt8])
    /// A whole file, read as it is sent.
    case file(path: String)
}

/// What became of an object that was put.
public struct PutObject: Hashable, Sendable {
    /// Its mark, without quotes.
    public let etag: String
    /// Its size, in bytes.
    public let byteCount: Int64
    /// The upload in parts that made it; nil for one piece.
    public let uploadID: String?
    /// How many of the bytes were there from an earlier upload that was interrupted.
    public let resumedByteCount: Int64
}

/// A file as it was when its upload began, to tell whether it has changed.
struct SourceFile: Hashable, Sendable {
    let path: String
    let byteCount: Int64
    /// When it was last changed, in nanoseconds since 1970.
    let modified: Int64

    init(_ path: String, for operation: String) throws(ObjectStorageError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ObjectStorageError(.file, operation, "\(path): \(SystemError("stat").reason)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ObjectStorageError(.file, operation, "\(path) is no file")
        }
        self.path = path
        byteCount = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }

    /// Checks that nobody wrote it meanwhile.
    ///
    /// - Throws: ``ObjectStorageError`` when it is another file now.
    func requireUnchanged(for operation: String) throws(ObjectStorageError) {
        guard try SourceFile(path, for: operation) == self else {
            throw ObjectStorageError(
                .changed, operation, "\(path) changed while it was sent",
                advice: "wait until it is written, and try again")
        }
    }

    /// The whole of it or a part, to be sent.
    func body(_ offset: Int64 = 0, _ count: Int64? = nil) -> HTTPBody {
        .file(path: path, offset: offset, count: count ?? byteCount)
    }
}
