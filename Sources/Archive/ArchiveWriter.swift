import CArchive

/// Writes an archive entry by entry and hands its bytes on in blocks, without ever holding more than a few of them.
///
/// The same entries give the same bytes: on every machine, in every locale and time zone, with any number of threads.
/// The order of the entries is the caller's.
///
/// ```swift
/// var writer = try ArchiveWriter(.tarZstd) { (block) throws(ArchiveError) in … }
/// try writer.begin(WrittenEntry(path: "a.txt", kind: .file(size: 3)))
/// try writer.write(bytes)
/// try writer.finish()
/// ```
///
/// Calls block for as long as the sink and the compressor take. A writer that is dropped before `finish` leaves an
/// archive without an end.
public struct ArchiveWriter: ~Copyable {
    private let format: ArchiveFormat
    private let handle: WriteHandle
    /// Made once and cleared for each entry.
    private let entry: EntryHandle
    private var current = ""
    private var content: ContentPlan = .none

    /// Starts an archive.
    ///
    /// - Parameter sink: Takes the archive's bytes in order, in blocks of up to 1 MiB that live only during the call.
    ///   What it throws is thrown by the call that gave it the block.
    /// - Throws: ``ArchiveError`` with `unsupported` for a level that the compressor does not have.
    public init(
        _ format: ArchiveFormat, options: ArchiveWriterOptions = ArchiveWriterOptions(),
        sink: @escaping (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        let handle = try WriteHandle(format, options, sink: sink)
        self.init(format, handle, try EntryHandle())
    }

    private init(_ format: ArchiveFormat, _ handle: WriteHandle, _ entry: consuming EntryHandle) {
        self.format = format
        self.handle = handle
        self.entry = entry
    }

    /// Writes the head of the next entry; the content of the one before must be complete.
    ///
    /// - Throws: ``ArchiveError`` with `wrongSize` when the entry before lacks bytes, `unsupported` for what the format
    ///   cannot hold, `cannotWrite`, or what the sink throws.
    public mutating func begin(_ next: WrittenEntry) throws(ArchiveError) {
        try endEntry()
        let operation = "pack \(next.path)"
        if let fault = next.fault { throw ArchiveError(.unsupported, operation, reason: fault) }
        if case .hardLink = next.kind, !format.takesHardLinks {
            throw ArchiveError(.unsupported, operation, reason: "\(format.name) has no hard links")
        }
        entry.describe(next, withHoles: format.takesHoles)
        try handle.begin(entry, modified: next.modified, operation)
        current = operation
        content = ContentPlan(next)
        try writeHole()
    }

    /// Writes the next bytes of the current file.
    ///
    /// - Throws: ``ArchiveError`` with `wrongSize` when there are more than the entry said, `cannotWrite`, or what the
    ///   sink throws.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Int(min(UInt64(rest.count), content.dataDue))
            guard count > 0 else {
                throw ArchiveError(
                    .wrongSize, current, reason: "the file has more bytes than it had when it was looked at")
            }
            try handle.write(UnsafeRawBufferPointer(rebasing: rest[..<count]), current)
            content.wrote(UInt64(count))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            try writeHole()
        }
    }

    /// Writes the end of the archive; nothing can be added after it.
    ///
    /// - Throws: ``ArchiveError`` as ``begin(_:)`` does.
    public mutating func finish() throws(ArchiveError) {
        try endEntry()
        try NameLocale.utf8.during { () throws(ArchiveError) in try handle.finish() }
    }

    private mutating func endEntry() throws(ArchiveError) {
        let missing = content.remaining
        guard missing == 0 else {
            throw ArchiveError(
                .wrongSize, current, reason: "the file has \(missing) bytes fewer than it had when it was looked at")
        }
    }

    /// The library takes holes as zeros; where the format has holes it only counts them.
    private mutating func writeHole() throws(ArchiveError) {
        while content.holeDue > 0 {
            let count = Int(min(content.holeDue, UInt64(Zeros.block.count)))
            try handle.write(UnsafeRawBufferPointer(rebasing: Zeros.block[..<count]), current)
            content.wrote(UInt64(count))
        }
    }
}

/// Where the content of the current entry stands: stretches of data and of holes, in turn.
struct ContentPlan {
    static let none = ContentPlan(size: 0, data: [])

    private let size: UInt64
    private let data: [Range<UInt64>]
    private var index = 0
    private var position: UInt64 = 0

    init(_ entry: WrittenEntry) {
        guard case .file(let size, let data) = entry.kind else {
            self = .none
            return
        }
        self.init(size: size, data: (data ?? [0..<size]).filter { !$0.isEmpty })
    }

    private init(size: UInt64, data: [Range<UInt64>]) {
        self.size = size
        self.data = data
    }

    /// Bytes up to the end of the entry.
    var remaining: UInt64 { size - position }
    /// Bytes of data that come next; 0 in a hole and at the end.
    var dataDue: UInt64 { index < data.count && data[index].contains(position) ? data[index].upperBound - position : 0 }
    /// Bytes of a hole that come next; 0 in data and at the end.
    var holeDue: UInt64 { dataDue > 0 ? 0 : (index < data.count ? data[index].lowerBound : size) - position }

    mutating func wrote(_ count: UInt64) {
        position += count
        if index < data.count, position >= data[index].upperBound { index += 1 }
    }
}

/// A block of zeros, made once.
enum Zeros {
    nonisolated(unsafe) static let block: UnsafeRawBufferPointer = {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: WriteHandle.blockSize, alignment: 4096)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        return UnsafeRawBufferPointer(memory)
    }()
}
