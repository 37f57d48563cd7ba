import Glibc

// Sendable: the bytes are written before `init` returns and never after.

/// Bytes that never change, shared by every phone that gets them: a mapped file, or memory of our own.
public final class SharedBytes: @unchecked Sendable {
    private enum Storage {
        case array
        case mapping(MappedFile)
        case part(SharedBytes)
    }

    /// How many bytes there are.
    public let count: Int
    private let base: UnsafeRawPointer?
    private let storage: Storage

    /// Copies an array once.
    public init(_ bytes: [UInt8]) {
        storage = .array
        count = bytes.count
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        memory.copyBytes(from: bytes)
        base = UnsafeRawPointer(memory.baseAddress)
    }

    /// A part of other bytes, which live as long as this does.
    public init(_ slice: SharedSlice) {
        storage = .part(slice.bytes)
        count = slice.count
        base = slice.bytes.base.map { $0 + slice.range.lowerBound }
    }

    /// Maps a whole regular file for reading; its pages are the page cache's and count for nobody.
    ///
    /// A file that is cut short while it is mapped faults on access, so callers compare size and time before use.
    ///
    /// - Throws: ``SystemError`` of `open`, `fstat` or `mmap`; `EISDIR` for a folder.
    public init(mapping path: String) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("fstat") }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw SystemError("open", errno: EISDIR) }
        storage = .mapping(MappedFile(path: path, status: status))
        count = Int(status.st_size)
        guard count > 0 else {
            base = nil
            return
        }
        let mapped = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0)
        guard let mapped, mapped != MAP_FAILED else { throw SystemError("mmap") }
        madvise(mapped, count, MADV_SEQUENTIAL)
        base = UnsafeRawPointer(mapped)
    }

    deinit {
        guard let base else { return }
        switch storage {
        case .array: base.deallocate()
        case .mapping: munmap(UnsafeMutableRawPointer(mutating: base), count)
        case .part: break
        }
    }

    /// Whether somebody has written to the mapped file since it was mapped: what was read of it may be of two contents.
    ///
    /// One that was replaced by another file, by renaming, is still the one that is mapped.
    public var wereOverwritten: Bool {
        switch storage {
        case .array: false
        case .mapping(let file): file.hasChanged
        case .part(let whole): whole.wereOverwritten
        }
    }

    /// Lends the bytes; the pointer is valid as long as this object lives.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Lends a part of the bytes; the range must lie inside `0..<count`.
    public func withUnsafeBytes<Result, Failure: Error>(
        in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside of the shared bytes")
        return try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: base, count: count)[range]))
    }
}

/// Which file was mapped, and as it was then.
private struct MappedFile {
    let path: String
    let status: stat

    var hasChanged: Bool {
        var now = stat()
        guard stat(path, &now) == 0, now.st_dev == status.st_dev, now.st_ino == status.st_ino else { return false }
        return now.st_size != status.st_size || now.st_mtim.tv_sec != status.st_mtim.tv_sec
            || now.st_mtim.tv_nsec != status.st_mtim.tv_nsec
    }
}
