import CArchive

/// Unpacks gzip and zstd with the library that knows them; what a phone's tar leaves to other programs.
enum PackedStream {
    /// Hands over what is packed, piece by piece, until `take` returns false.
    ///
    /// - Returns: false when the packed bytes are damaged or end too early.
    static func read(_ packed: FileContent, take: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        guard let archive = archive_read_new() else { return false }
        defer { archive_read_free(archive) }
        archive_read_support_filter_gzip(archive)
        archive_read_support_filter_zstd(archive)
        archive_read_support_format_raw(archive)
        archive_read_support_format_empty(archive)
        return packed.withBytes { bytes in
            guard archive_read_open_memory(archive, bytes.baseAddress, bytes.count) == ARCHIVE_OK else { return false }
            var entry: OpaquePointer?
            guard archive_read_next_header(archive, &entry) == ARCHIVE_OK else { return false }
            // Bytes that are not packed come through as they are, and are no such stream.
            guard archive_filter_count(archive) > 1 else { return false }
            return withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
                while true {
                    let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
                    guard count > 0 else { return count == 0 }
                    if !take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { return true }
                }
            }
        }
    }
}
