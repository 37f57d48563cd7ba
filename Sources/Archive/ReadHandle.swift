import CArchive
import Glibc

/// Owns one `struct archive *` opened for reading.
struct ReadHandle: ~Copyable {
    private let archive: OpaquePointer

    private init(owning archive: OpaquePointer) { self.archive = archive }

    /// Prepares to read zip files by their directory at the end.
    ///
    /// The streaming zip reader is left out on purpose: it would read the head of a truncated file without a complaint.
    static func forZip(_ operation: String) throws(ArchiveError) -> ReadHandle {
        guard let archive = archive_read_new() else {
            throw ArchiveError(.cannotOpen, operation, reason: "out of memory")
        }
        let handle = ReadHandle(owning: archive)
        try handle.check(operation, .cannotOpen) { archive_read_support_format_zip_seekable($0) }
        return handle
    }

    deinit { archive_read_free(archive) }

    /// Makes one call; any status but `ARCHIVE_OK` becomes an error that names the operation.
    func check(
        _ operation: String, _ code: ArchiveError.Code = .damaged, _ call: (OpaquePointer) -> CInt
    ) throws(ArchiveError) {
        guard call(archive) == ARCHIVE_OK else { throw failure(code, operation) }
    }

    /// Goes to the next entry and lends it; `nil` at the end of the archive.
    func next<Result>(_ body: (OpaquePointer) -> Result) throws(ArchiveError) -> Result? {
        var entry: OpaquePointer?
        let status = UTF8Locale.during { archive_read_next_header(archive, &entry) }
        // A warning comes with a usable entry: a part of it could not be converted.
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else {
            if status == ARCHIVE_EOF { return nil }
            throw failure(.damaged, "read the next entry")
        }
        return UTF8Locale.during { body(entry) }
    }

    /// Reads content of the current entry; 0 at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw failure(.damaged, "read an entry") }
        return count
    }

    // The text must be copied before the next call overwrites it.
    private func failure(_ code: ArchiveError.Code, _ operation: String) -> ArchiveError {
        let reason = archive_error_string(archive).map { String(cString: $0) }
        return ArchiveError(code, operation, reason: reason ?? "no reason given")
    }
}

/// Lets the library convert names to UTF-8: it goes by the thread's locale, which is `C` in a fresh program.
enum UTF8Locale {
    // Made once and never freed or changed; nil where the system has no such locale, and names stay ASCII.
    nonisolated(unsafe) private static let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

    static func during<Result: ~Copyable, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        guard let locale else { return try body() }
        let previous = uselocale(locale)
        defer { _ = uselocale(previous) }
        return try body()
    }
}
