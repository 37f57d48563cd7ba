import CArchive
import Glibc

/// Reads an archive entry by entry, without ever holding more of it than one buffer.
///
/// ```swift
/// var reader = try ArchiveReader(descriptor: descriptor, kinds: .all)
/// while let entry = try reader.next() where entry.kind == .file { … }
/// ```
///
/// Calls block while the disk is read. What an archive says is not trusted: see ``ArchiveLimits``.
public struct ArchiveReader: ~Copyable {
    private let handle: ReadHandle
    private let limits: ArchiveLimits
    private let hasPassword: Bool
    /// The size of the whole archive, where it is known from the beginning.
    private let packedSize: UInt64?
    private var entryCount = 0
    /// The ends of all contents so far, holes counted.
    private var byteCount: UInt64 = 0
    /// The bytes that came out of the archive, holes left out.
    private var dataCount: UInt64 = 0
    private var position: UInt64 = 0
    private var isEncrypted = false
    private var exactNames = ZipNames()

    private init(
        _ handle: consuming ReadHandle, limits: ArchiveLimits, hasPassword: Bool = false, packedSize: UInt64?
    ) {
        self.handle = handle
        self.limits = limits
        self.hasPassword = hasPassword
        self.packedSize = packedSize
    }

    /// Reads the archive behind a descriptor, which stays open and must outlive the reader.
    ///
    /// - Parameters:
    ///   - kinds: With `all`, a descriptor that cannot seek (a pipe) is read as it comes; with `zip` it is refused.
    ///   - password: For encrypted zip files; 7z cannot be decrypted.
    ///   - blockSize: The bytes read at once: small for a look at few entries, large to read everything.
    /// - Throws: ``ArchiveError`` with `cannotOpen` when it is no archive of these kinds.
    public init(
        descriptor: CInt, kinds: ArchiveKinds = .zip, password: String? = nil, blockSize: Int = 1 << 20,
        limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) {
        let canSeek = lseek(descriptor, 0, SEEK_SET) == 0
        guard canSeek || kinds == .all else {
            throw ArchiveError(
                .cannotOpen, ReadHandle.opening, reason: "the file can only be read from its beginning")
        }
        guard canSeek else {
            let handle = try ReadHandle.open(BlockSource(descriptor: descriptor), password: password)
            self.init(handle, limits: limits, hasPassword: password != nil, packedSize: nil)
            return
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o170000 != 0o040000 else {
            throw ArchiveError(.cannotOpen, ReadHandle.opening, reason: "it is a folder")
        }
        let bytes = PlacedBytes(descriptor: descriptor, count: UInt64(max(0, status.st_size)))
        if kinds == .all, Decompression.isMeant(by: bytes.read(8, at: 0)) {
            let handle = try ReadHandle.open(BlockSource(descriptor: descriptor), password: password)
            self.init(handle, limits: limits, hasPassword: password != nil, packedSize: bytes.count)
            return
        }
        let (kind, names) = Self.choose(kinds, by: bytes)
        var handle = try ReadHandle.make(kind, canSeek: true, password: password)
        try handle.open(descriptor: descriptor, blockSize: blockSize, names: names)
        self.init(handle, limits: limits, hasPassword: password != nil, packedSize: bytes.count)
        if kinds == .all, kind == .zip { exactNames = ZipNames(of: bytes) }
    }

    /// What starts like a zip is read as one and as nothing else; names are kept as they are where the library can.
    private static func choose(_ kinds: ArchiveKinds, by bytes: PlacedBytes) -> (ArchiveKinds, NameLocale) {
        let start = bytes.read(2, at: 0)
        if kinds == .zip || start == ZipNames.magic { return (.zip, .utf8) }
        return (kinds, start == Array("7z".utf8) ? .utf8 : .plain)
    }

    /// Reads an archive that comes in blocks from anywhere: a download, another archive's entry.
    ///
    /// - Parameter source: Fills the buffer with the next bytes and tells how many they are; 0 at the end.
    /// - Throws: ``ArchiveError`` with `cannotOpen` when it is no archive, or what the source throws.
    public init(
        password: String? = nil, limits: ArchiveLimits = ArchiveLimits(),
        source: @escaping (UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int
    ) throws(ArchiveError) {
        let handle = try ReadHandle.open(BlockSource(source), password: password)
        self.init(handle, limits: limits, hasPassword: password != nil, packedSize: nil)
    }

    /// Reads an archive that lies in memory; the reader exists only inside `body`.
    ///
    /// - Throws: ``ArchiveError`` with `cannotOpen` when it is no archive of these kinds, and what `body` throws.
    public static func read<Result>(
        _ memory: UnsafeRawBufferPointer, kinds: ArchiveKinds = .zip, password: String? = nil,
        limits: ArchiveLimits = ArchiveLimits(), _ body: (inout ArchiveReader) throws(ArchiveError) -> Result
    ) throws(ArchiveError) -> Result {
        let bytes = PlacedBytes(memory)
        if kinds == .all, Decompression.isMeant(by: bytes.read(8, at: 0)) {
            let handle = try ReadHandle.open(BlockSource(memory), password: password)
            var reader = ArchiveReader(handle, limits: limits, hasPassword: password != nil, packedSize: bytes.count)
            return try body(&reader)
        }
        let (kind, names) = choose(kinds, by: bytes)
        var handle = try ReadHandle.make(kind, canSeek: true, password: password)
        try handle.open(memory, names: names)
        var reader = ArchiveReader(handle, limits: limits, hasPassword: password != nil, packedSize: bytes.count)
        if kinds == .all, kind == .zip { reader.exactNames = ZipNames(of: bytes) }
        return try body(&reader)
    }

    /// What kind of archive it is, such as "tar, zstd"; known after the first entry.
    public var formatName: String { handle.formatName }

    /// Goes to the next entry; `nil` at the end of the archive.
    ///
    /// - Throws: ``ArchiveError`` with `damaged`, `overLimit`, or `unsupported` when even the names are encrypted.
    public mutating func next() throws(ArchiveError) -> ArchiveEntry? {
        let limit = limits.pathLength
        let found = try handle.next { pointer in ArchiveEntry(pointer, longestPath: limit) }
        guard var entry = found else { return nil }
        entry.path = exactNames.exact(entry.path)
        entryCount += 1
        position = 0
        isEncrypted = entry.isEncrypted
        guard entryCount <= limits.entries else {
            throw ArchiveError(.overLimit, "read the next entry", reason: "more than \(limits.entries) entries")
        }
        return entry
    }

    /// Reads the next bytes of the current entry into `buffer`, holes as zeros; 0 at the entry's end, where its
    /// checksum was compared.
    ///
    /// - Throws: ``ArchiveError`` with `damaged`, `overLimit`, `passwordNeeded` or `wrongPassword`.
    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        try requirePassword()
        let count: Int
        do throws(ArchiveError) { count = try handle.read(into: buffer) } catch { throw explained(error) }
        try advance(to: position + UInt64(count), data: UInt64(count))
        return count
    }

    /// Lends the next stretch of data of the current entry with its offset, skipping holes; `false` at the end.
    ///
    /// - Throws: ``ArchiveError`` as ``read(into:)`` does, and what `body` throws.
    public mutating func readBlock(
        _ body: (_ offset: UInt64, _ bytes: UnsafeRawBufferPointer) throws(ArchiveError) -> Void
    ) throws(ArchiveError) -> Bool {
        try requirePassword()
        let block: (offset: UInt64, bytes: UnsafeRawBufferPointer)?
        do throws(ArchiveError) { block = try handle.nextBlock() } catch { throw explained(error) }
        guard let block else { return false }
        // Both are far below 2^63: the offset was signed, and the bytes are in memory.
        try advance(to: block.offset + UInt64(block.bytes.count), data: UInt64(block.bytes.count))
        try body(block.offset, block.bytes)
        return true
    }

    private mutating func advance(to end: UInt64, data: UInt64) throws(ArchiveError) {
        let more = max(end, position) - position
        // Subtracted, since sums of what an archive says may not fit.
        guard more <= limits.bytes - byteCount else {
            throw ArchiveError(.overLimit, "read an entry", reason: "more than \(limits.bytes) bytes of content")
        }
        position += more
        byteCount += more
        dataCount += data
        guard dataCount > ArchiveLimits.ratioGrace else { return }
        let packed = max(1, packedSize ?? handle.packedBytes)
        guard dataCount / packed <= limits.ratio else {
            throw ArchiveError(
                .overLimit, "read an entry",
                reason: "one byte of the archive became more than \(limits.ratio); it may be a trap")
        }
    }

    private func requirePassword() throws(ArchiveError) {
        guard isEncrypted, !hasPassword || handle.isSevenZip else { return }
        throw handle.isSevenZip
            ? ArchiveError(.unsupported, "read an entry", reason: "encrypted 7z archives cannot be read")
            : ArchiveError(.passwordNeeded, "read an entry", reason: "the entry is encrypted and needs a password")
    }

    /// With a wrong password content looks damaged, and the two cannot be told apart.
    private func explained(_ error: ArchiveError) -> ArchiveError {
        guard isEncrypted, error.code == .damaged else { return error }
        return ArchiveError(.wrongPassword, error.operation, reason: "wrong password, or the entry is damaged")
    }

    /// Reads the whole content of the current entry.
    ///
    /// - Parameter limit: The most bytes that are taken into memory, whatever size the archive tells.
    /// - Throws: ``ArchiveError`` as ``read(into:)`` does, with `overLimit` when there are more.
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
}
