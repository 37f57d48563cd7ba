import Crypto
import Curl
import Glibc
import Lanes

/// Where the content of an object goes.
public enum ObjectDestination: Sendable {
    /// A file, which has its name only once it is whole.
    case file(path: String)
    /// Whatever takes the pieces in their order, on the client's lane; never the same byte twice.
    case pieces(@Sendable (UnsafeRawBufferPointer) throws -> Void)
}

// Sendable: touched only on the client's lane, by one download at a time.

/// Takes the content of an object over one or more answers, and hashes it.
final class ObjectSink: DownloadSink, @unchecked Sendable {
    /// How many bytes have come.
    private(set) var byteCount: Int64 = 0
    /// How many bytes there are to come in all, once an answer has said so.
    private(set) var total: Int64?
    /// The mark of the object, which must stay the same; nil until an answer has said it.
    private(set) var etag: String?
    private let operation: String
    private let range: Range<Int64>?
    private let take: (UnsafeRawBufferPointer) throws -> Void
    private let meter: ProgressMeter?
    private var hash: MD5?

    init(
        _ operation: String, range: Range<Int64>?, meter: ProgressMeter?,
        take: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        self.operation = operation
        self.range = range
        self.take = take
        self.meter = meter
        hash = try MD5()
    }

    /// The first byte that is still to come.
    var position: Int64 { (range?.lowerBound ?? 0) + byteCount }

    func begin(_ head: HTTPResponse) throws {
        let mark = head.headers["etag"]
        if let etag, etag != mark { throw failure(.changed, "the object changed while it was fetched") }
        etag = mark
        let length = head.headers["content-length"].flatMap { Int64($0) }
        if byteCount == 0, range == nil, head.status == 200 {
            total = length
            return
        }
        guard head.status == 206, let first = Self.firstByte(head.headers["content-range"]), first == position,
            let length
        else { throw failure(.badAnswer, "the store sent another range than it was asked for") }
        guard total.map({ $0 == byteCount + length }) ?? true else {
            throw failure(.changed, "the object changed its size while it was fetched")
        }
        total = byteCount + length
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws {
        if let total, byteCount + Int64(bytes.count) > total {
            throw failure(.badAnswer, "the store sent more bytes than it had promised")
        }
        hash?.update(bytes)
        try take(bytes)
        byteCount += Int64(bytes.count)
        meter?.move(bytes.count)
    }

    /// The MD5 of all that came, in hex; to be asked once.
    func digest() -> String {
        guard let whole = hash.take() else { return "" }
        return Hex.encode(whole.finish())
    }

    private static func firstByte(_ field: String?) -> Int64? {
        // bytes 5-9/10
        guard let field, field.lowercased().hasPrefix("bytes ") else { return nil }
        return field.dropFirst(6).split(separator: "-").first.flatMap { Int64($0) }
    }

    private func failure(_ code: ObjectStorageError.Code, _ reason: String) -> ObjectStorageError {
        ObjectStorageError(code, operation, reason)
    }
}

/// A file that gets its name once it is whole.
final class FreshFile {
    private let path: String
    private let operation: String
    private let descriptor: CInt
    private var isPlaced = false

    private var temporary: String { "\(path).drover-part" }

    init(_ path: String, for operation: String) throws(ObjectStorageError) {
        self.path = path
        self.operation = operation
        descriptor = open("\(path).drover-part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            throw ObjectStorageError(.file, operation, "\(path).drover-part: \(SystemError("open").reason)")
        }
    }

    deinit {
        close(descriptor)
        if !isPlaced { unlink(temporary) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ObjectStorageError) {
        do throws(SystemError) { try bytes.write(to: descriptor) } catch { throw failure(error) }
    }

    /// Gives it its name.
    func place() throws(ObjectStorageError) {
        guard rename(temporary, path) == 0 else { throw failure("rename") }
        isPlaced = true
    }

    private func failure(_ call: String) -> ObjectStorageError { failure(SystemError(call)) }

    private func failure(_ error: SystemError) -> ObjectStorageError {
        ObjectStorageError(.file, operation, "\(path): \(error.reason)")
    }
}
