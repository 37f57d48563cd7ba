import CArchive
import Glibc

/// Reads a zip archive entry by entry, without ever holding more of it than one buffer.
///
/// ```swift
/// var reader = try ArchiveReader(descriptor: descriptor)
/// while let entry = try reader.next() where entry.kind == .file { … }
/// ```
///
/// Calls block while the disk is read. What an archive says is not trusted: see ``ArchiveLimits``.
public struct ArchiveReader: ~Copyable {
    private let handle: ReadHandle
    private let limits: ArchiveLimits
    private var entryCount = 0
    private var byteCount: UInt64 = 0

    private init(_ handle: consuming ReadHandle, limits: ArchiveLimits) {
        self.handle = handle
        self.limits = limits
    }

    /// Reads the zip file behind a descriptor, which stays open and must outlive the reader.
    ///
    /// - Parameter blockSize: The bytes read at once: small for a look at few entries, large to read everything.
    /// - Throws: ``ArchiveError`` with `cannotOpen` when it is no zip file.
    public init(
        descriptor: CInt, blockSize: Int = 1 << 20, limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) {
        let operation = "open the archive"
        let handle = try ReadHandle.forZip(operation)
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw ArchiveError(.cannotOpen, operation, reason: "the file can only be read from its beginning")
        }
        try handle.check(operation, .cannotOpen) { archive_read_open_fd($0, descriptor, blockSize) }
        self.init(handle, limits: limits)
    }

    /// Reads a zip file that lies in memory; the reader exists only inside `body`.
    ///
    /// - Throws: ``ArchiveError`` with `cannotOpen` when it is no zip file, and what `body` throws.
    public static func read<Result>(
        _ memory: UnsafeRawBufferPointer, limits: ArchiveLimits = ArchiveLimits(),
        _ body: (inout ArchiveReader) throws(ArchiveError) -> Result
    ) throws(ArchiveError) -> Result {
        let handle = try ReadHandle.forZip("open the archive")
        try handle.check("open the archive", .cannotOpen) {
            archive_read_open_memory($0, memory.baseAddress, memory.count)
        }
        var reader = ArchiveReader(handle, limits: limits)
        return try body(&reader)
    }

    /// Goes to the next entry; `nil` at the end of the archive.
    ///
    /// - Throws: ``ArchiveError`` with `damaged` or `overLimit`.
    public mutating func next() throws(ArchiveError) -> ArchiveEntry? {
        let entry = try handle.next { pointer in
            let name = archive_entry_pathname_utf8(pointer) ?? archive_entry_pathname(pointer)
            return ArchiveEntry(
                path: name.map { String(cString: $0) } ?? "", kind: Self.kind(of: pointer),
                size: archive_entry_size_is_set(pointer) == 0 ? nil : UInt64(max(0, archive_entry_size(pointer))))
        }
        guard entry != nil else { return nil }
        entryCount += 1
        guard entryCount <= limits.entries else {
            throw ArchiveError(.overLimit, "read the next entry", reason: "more than \(limits.entries) entries")
        }
        return entry
    }

    /// Reads the next bytes of the current entry into `buffer`; 0 at the entry's end, where its checksum was compared.
    ///
    /// - Throws: ``ArchiveError`` with `damaged` or `overLimit`.
    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = try handle.read(into: buffer)
        byteCount += UInt64(count)
        guard byteCount <= limits.bytes else {
            throw ArchiveError(.overLimit, "read an entry", reason: "more than \(limits.bytes) bytes of content")
        }
        return count
    }

    /// Reads the whole content of the current entry.
    ///
    /// - Parameter limit: The most bytes that are taken into memory, whatever size the archive tells.
    /// - Throws: ``ArchiveError`` with `damaged`, or `overLimit` when there are more.
    public mutating func readAll(limit: Int) throws(ArchiveError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(1 << 16, limit + 1))
        while true {
            let count = try Self.fill(&chunk) { (buffer) throws(ArchiveError) in try read(into: buffer) }
            if count == 0 { return content }
            guard content.count + count <= limit else {
                throw ArchiveError(.overLimit, "read an entry", reason: "the entry has more than \(limit) bytes")
            }
            content.append(contentsOf: chunk[..<count])
        }
    }

    // `withUnsafeMutableBytes` of arrays does not carry typed errors.
    private static func fill(
        _ chunk: inout [UInt8], _ body: (UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int
    ) throws(ArchiveError) -> Int {
        let result = chunk.withUnsafeMutableBytes { buffer in
            Result { () throws(ArchiveError) in try body(buffer) }
        }
        return try result.get()
    }

    private static func kind(of entry: OpaquePointer) -> ArchiveEntry.Kind {
        if archive_entry_hardlink(entry) != nil { return .link }
        // The bits of `st_mode`; libarchive's own names for them are macros that Swift cannot see.
        return switch archive_entry_filetype(entry) & 0o170000 {
        case 0o100000: .file
        case 0o040000: .folder
        case 0o120000: .link
        default: .other
        }
    }
}
