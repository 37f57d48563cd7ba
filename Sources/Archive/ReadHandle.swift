import CArchive
import Glibc

/// Owns one `struct archive *` opened for reading.
struct ReadHandle: ~Copyable {
    private let archive: OpaquePointer
    /// Where the blocks come from, when it is not the library that reads.
    private let source: BlockSource?
    /// What unpacks them, when they are compressed.
    private let decompression: Decompression?
    private var names = NameLocale.utf8

    static let opening = "open the archive"

    private init(owning archive: OpaquePointer, source: BlockSource?, decompression: Decompression? = nil) {
        self.archive = archive
        self.source = source
        self.decompression = decompression
    }

    /// Opens an archive that comes in blocks.
    static func open(_ source: BlockSource, password: String?) throws(ArchiveError) -> ReadHandle {
        try source.prime()
        let decompression = Decompression.isMeant(by: source.start) ? try Decompression(source) : nil
        let inner =
            decompression.map { outer in BlockSource { (buffer) throws(ArchiveError) in try outer.fill(buffer) } }
            ?? source
        try inner.prime()
        var handle = try make(
            .all, canSeek: false, password: password, source: inner, decompression: decompression)
        handle.names = inner.start.starts(with: ZipNames.magic) ? .utf8 : .plain
        try handle.openSource(inner)
        return handle
    }

    /// Opens what is compressed, whatever is in it.
    static func decompressing(_ source: BlockSource) throws(ArchiveError) -> ReadHandle {
        guard let archive = archive_read_new() else {
            throw ArchiveError(.cannotOpen, opening, reason: "out of memory")
        }
        let handle = ReadHandle(owning: archive, source: source)
        let supported: [(OpaquePointer) -> CInt] = [
            { archive_read_support_format_raw($0) }, { archive_read_support_filter_gzip($0) },
            { archive_read_support_filter_zstd($0) }, { archive_read_support_filter_lz4($0) },
            { archive_read_support_filter_xz($0) }, { archive_read_support_filter_bzip2($0) },
        ]
        for support in supported { try handle.check(opening, .cannotOpen, support) }
        try handle.openSource(source)
        guard try handle.next({ _ in true }) != nil else {
            throw ArchiveError(.cannotOpen, opening, reason: "the file is empty")
        }
        return handle
    }

    /// Prepares to read; nothing is opened yet.
    ///
    /// - Parameter canSeek: Zip is then read by its directory at the end. The streaming zip reader is left out on
    ///   purpose: it would read the head of a truncated file without a complaint.
    static func make(
        _ kinds: ArchiveKinds, canSeek: Bool, password: String?, source: BlockSource? = nil,
        decompression: Decompression? = nil
    ) throws(ArchiveError) -> ReadHandle {
        guard let archive = archive_read_new() else {
            throw ArchiveError(.cannotOpen, opening, reason: "out of memory")
        }
        let handle = ReadHandle(owning: archive, source: source, decompression: decompression)
        if canSeek {
            try handle.check(opening, .cannotOpen) { archive_read_support_format_zip_seekable($0) }
        } else {
            try handle.check(opening, .cannotOpen) { archive_read_support_format_zip_streamable($0) }
        }
        if kinds == .all { try handle.supportAll() }
        if let password {
            guard !password.isEmpty else {
                throw ArchiveError(.wrongPassword, opening, reason: "the password is empty")
            }
            try handle.check(opening, .cannotOpen) { archive_read_add_passphrase($0, password) }
        }
        return handle
    }

    private borrowing func supportAll() throws(ArchiveError) {
        let all: [(OpaquePointer) -> CInt] = [
            { archive_read_support_format_tar($0) }, { archive_read_support_format_7zip($0) },
            { archive_read_support_format_cpio($0) },
        ]
        for support in all { try check(Self.opening, .cannotOpen, support) }
    }

    deinit { archive_read_free(archive) }

    /// Opens the file behind a descriptor, from where it stands.
    mutating func open(descriptor: CInt, blockSize: Int, names: NameLocale) throws(ArchiveError) {
        self.names = names
        try check(Self.opening, .cannotOpen) { archive_read_open_fd($0, descriptor, blockSize) }
    }

    /// Opens bytes that outlive the handle.
    mutating func open(_ memory: UnsafeRawBufferPointer, names: NameLocale) throws(ArchiveError) {
        self.names = names
        try check(Self.opening, .cannotOpen) { archive_read_open_memory($0, memory.baseAddress, memory.count) }
    }

    private borrowing func openSource(_ source: BlockSource) throws(ArchiveError) {
        try check(Self.opening, .cannotOpen) { archive in
            archive_read_open(
                archive, Unmanaged.passUnretained(source).toOpaque(), nil,
                { _, context, block in
                    guard let context, let block else { return -1 }
                    return Unmanaged<BlockSource>.fromOpaque(context).takeUnretainedValue().give(block)
                }, nil)
        }
    }

    /// Makes one call; any status but `ARCHIVE_OK` becomes an error that names the operation.
    borrowing func check(
        _ operation: String, _ code: ArchiveError.Code = .damaged, _ call: (OpaquePointer) -> CInt
    ) throws(ArchiveError) {
        guard call(archive) == ARCHIVE_OK else { throw failure(code, operation) }
    }

    /// Goes to the next entry and lends it; `nil` at the end of the archive.
    borrowing func next<Result>(_ body: (OpaquePointer) -> Result) throws(ArchiveError) -> Result? {
        let operation = "read the next entry"
        var entry: OpaquePointer?
        let status = names.during { archive_read_next_header(archive, &entry) }
        // A warning comes with a usable entry: a part of it could not be converted.
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else {
            guard status == ARCHIVE_EOF else {
                let encrypted = archive_read_has_encrypted_entries(archive) == 1
                throw encrypted ? Self.namesEncrypted(operation) : failure(.damaged, operation)
            }
            try checkEnd(operation)
            return nil
        }
        return names.during { body(entry) }
    }

    /// A tar ends with a block of zeros; the library takes a file that merely stops for whole.
    private borrowing func checkEnd(_ operation: String) throws(ArchiveError) {
        if let failure = source?.failure { throw failure }
        if archive_format(archive) & Self.familyBits == Self.tarFamily,
            archive_filter_bytes(archive, 0) <= archive_read_header_position(archive)
        {
            throw ArchiveError(.damaged, operation, reason: "the archive ends without its end mark; it was cut short")
        }
        try decompression?.finish()
    }

    /// Reads content of the current entry; 0 at its end.
    borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw failure(.damaged, "read an entry") }
        return count
    }

    /// Lends the next block of the current entry, without the holes; `nil` at its end.
    borrowing func nextBlock() throws(ArchiveError) -> (offset: UInt64, bytes: UnsafeRawBufferPointer)? {
        var pointer: UnsafeRawPointer?
        var count = 0
        var offset: la_int64_t = 0
        let status = archive_read_data_block(archive, &pointer, &count, &offset)
        if status == ARCHIVE_EOF { return nil }
        // A warning tells of a checksum or a size that does not fit.
        guard status == ARCHIVE_OK, offset >= 0, let offset = UInt64(exactly: offset) else {
            throw failure(.damaged, "read an entry")
        }
        return (offset, UnsafeRawBufferPointer(start: pointer, count: count))
    }

    /// The bytes of the archive that were read so far.
    var packedBytes: UInt64 { decompression?.packedBytes ?? UInt64(max(0, archive_filter_bytes(archive, -1))) }

    /// The kind that was found, with its compressions: "tar, zstd".
    var formatName: String {
        let kind =
            switch archive_format(archive) & Self.familyBits {
            case Self.tarFamily: "tar"
            case 0x10000: "cpio"
            case 0x50000: "zip"
            case Self.sevenZipFamily: "7z"
            default: "unknown"
            }
        return ([kind] + (decompression?.names ?? [])).joined(separator: ", ")
    }

    /// The compressions around what is read, the innermost first.
    var filterNames: [String] {
        // The last filter is the bytes themselves.
        (0..<max(0, archive_filter_count(archive) - 1)).map { index in
            archive_filter_name(archive, index).map { String(cString: $0) } ?? "unknown"
        }
    }

    /// Whether it is a format of which the library cannot decrypt anything.
    var isSevenZip: Bool { archive_format(archive) & Self.familyBits == Self.sevenZipFamily }

    /// `ARCHIVE_ERRNO_FILE_FORMAT`, a macro that Swift cannot see.
    private static let noFormat = EILSEQ
    private static let familyBits: CInt = 0xFF0000
    private static let tarFamily: CInt = 0x30000
    private static let sevenZipFamily: CInt = 0xE0000

    private static func namesEncrypted(_ operation: String) -> ArchiveError {
        ArchiveError(.unsupported, operation, reason: "the names in the archive are encrypted, which cannot be read")
    }

    // The text must be copied before the next call overwrites it.
    private borrowing func failure(_ code: ArchiveError.Code, _ operation: String) -> ArchiveError {
        if let failure = source?.failure { return failure }
        // The library's own words for "no format fits" leave open what to do.
        if code == .cannotOpen, archive_errno(archive) == Self.noFormat {
            return ArchiveError(code, operation, reason: "it is no archive that can be read, or it lost its end")
        }
        let reason = archive_error_string(archive).map { String(cString: $0) }
        return ArchiveError(code, operation, reason: reason ?? "no reason given")
    }
}
