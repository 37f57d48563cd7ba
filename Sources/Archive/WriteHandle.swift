import CArchive

/// Owns one `struct archive *` opened for writing, and hands its blocks on.
///
/// A class, since the library keeps a pointer to it.
final class WriteHandle {
    typealias Sink = (UnsafeRawBufferPointer) throws(ArchiveError) -> Void

    private let archive: OpaquePointer
    private let sink: Sink
    /// What the sink threw; the library knows only that it failed.
    private var sinkFailure: ArchiveError?
    private var isClosed = false
    private var zipClock: ZipClock?
    private let gathered: GatheredBlocks
    private let zstd: ZstdEncoder?

    /// The most bytes that the sink gets at once.
    static let blockSize = 1 << 20

    init(_ format: ArchiveFormat, _ options: ArchiveWriterOptions, sink: @escaping Sink) throws(ArchiveError) {
        // First, as it may throw while there is nothing to free yet.
        zstd = format == .tarZstd ? try ZstdEncoder(options) : nil
        guard let archive = archive_write_new() else {
            throw ArchiveError(.cannotWrite, "start the archive", reason: "out of memory")
        }
        self.archive = archive
        self.sink = sink
        gathered = GatheredBlocks(capacity: options.isSparing ? 64 << 10 : 256 << 10)
        try setUp(format, options)
        try check("start the archive") {
            archive_write_open2(
                $0, Unmanaged.passUnretained(self).toOpaque(), nil,
                { _, context, bytes, count in
                    guard let context, let bytes else { return -1 }
                    let handle = Unmanaged<WriteHandle>.fromOpaque(context).takeUnretainedValue()
                    return handle.take(UnsafeRawBufferPointer(start: bytes, count: count))
                }, nil, nil)
        }
    }

    deinit {
        // Freeing closes, and closing would write an end to an archive that was given up.
        if !isClosed { archive_write_fail(archive) }
        archive_write_free(archive)
    }

    private func setUp(_ format: ArchiveFormat, _ options: ArchiveWriterOptions) throws(ArchiveError) {
        let start = "start the archive"
        zipClock = format == .zip ? ZipClock() : nil
        // No blocks of one size: what is large then comes here without a copy, and the rest is gathered here.
        try check(start) { archive_write_set_bytes_per_block($0, 0) }
        // The last block is not filled up.
        try check(start) { archive_write_set_bytes_in_last_block($0, 1) }
        switch format {
        case .tar, .tarZstd, .tarGzip, .tarLz4: try check(start) { archive_write_set_format_pax_restricted($0) }
        case .ustar: try check(start) { archive_write_set_format_ustar($0) }
        case .zip: try check(start) { archive_write_set_format_zip($0) }
        }
        switch format {
        case .tar, .ustar, .tarZstd: break
        case .tarGzip:
            try check(start) { archive_write_add_filter_gzip($0) }
            try check(start) { archive_write_set_filter_option($0, "gzip", "timestamp", nil) }
            try setLevel(options.level ?? 6, of: "gzip")
        case .tarLz4:
            try check(start) { archive_write_add_filter_lz4($0) }
            // 256 KiB instead of 4 MiB, of which the library holds several.
            if options.isSparing {
                try check(start) { archive_write_set_filter_option($0, "lz4", "block-size", "5") }
            }
            try setLevel(options.level ?? 1, of: "lz4")
        case .zip:
            let level = "\(options.level ?? 6)"
            try check(start, .unsupported) { archive_write_set_format_option($0, "zip", "compression-level", level) }
        }
    }

    private func setLevel(_ level: Int, of filter: String) throws(ArchiveError) {
        try check("start the archive", .unsupported) {
            archive_write_set_filter_option($0, filter, "compression-level", "\(level)")
        }
    }

    /// Makes one call; any status but `ARCHIVE_OK` becomes an error: a warning here means that something would be lost.
    func check(
        _ operation: String, _ code: ArchiveError.Code = .cannotWrite, _ call: (OpaquePointer) -> CInt
    ) throws(ArchiveError) {
        let status = call(archive)
        if let sinkFailure { throw sinkFailure }
        guard status == ARCHIVE_OK else { throw failure(code, operation) }
    }

    /// Writes the head of an entry, after what the entry before still owes.
    func begin(_ entry: borrowing EntryHandle, modified: Int64, _ operation: String) throws(ArchiveError) {
        if zipClock != nil {
            try check(operation) { archive_write_finish_entry($0) }
            zipClock?.beginEntry(modified: modified)
        }
        try NameLocale.utf8.during { () throws(ArchiveError) in
            try check(operation, .unsupported) { archive_write_header($0, entry.pointer) }
        }
    }

    /// Writes content of the current entry.
    func write(_ bytes: UnsafeRawBufferPointer, _ operation: String) throws(ArchiveError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = archive_write_data(archive, rest.baseAddress, rest.count)
            if let sinkFailure { throw sinkFailure }
            guard count > 0, count <= rest.count else { throw failure(.cannotWrite, operation) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Writes what belongs after the last entry; nothing can be written any more.
    func finish() throws(ArchiveError) {
        let operation = "finish the archive"
        if zipClock != nil {
            try check(operation) { archive_write_finish_entry($0) }
            zipClock?.beginDirectory()
        }
        try check(operation) { archive_write_close($0) }
        if zipClock == nil { try gathered.flush(compressed) } else { try zipClock?.flush(sink) }
        try zstd?.finish(sink)
        isClosed = true
    }

    private func failure(_ code: ArchiveError.Code, _ operation: String) -> ArchiveError {
        // The text must be copied before the next call overwrites it.
        let reason = archive_error_string(archive).map { String(cString: $0) }
        return ArchiveError(code, operation, reason: reason ?? "no reason given")
    }

    /// What comes behind the gathering: the compressor where it is ours, or the sink at once.
    private func compressed(_ block: UnsafeRawBufferPointer) throws(ArchiveError) {
        if let zstd { try zstd.take(block, sink) } else { try sink(block) }
    }

    private func take(_ block: UnsafeRawBufferPointer) -> Int {
        do throws(ArchiveError) {
            if zipClock == nil { try gathered.take(block, compressed) } else { try zipClock?.take(block, sink) }
            return block.count
        } catch {
            sinkFailure = error
            return -1
        }
    }
}
