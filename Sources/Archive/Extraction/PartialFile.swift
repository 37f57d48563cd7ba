import Glibc

/// A file that is being unpacked: it has a temporary name until it is whole, and none when it is given up.
struct PartialFile: ~Copyable {
    private let descriptor: Descriptor
    private let folder: Descriptor
    private let temporary: String
    private let name: String
    private let operation: String
    private var isWhole = false

    init(
        _ descriptor: Descriptor, in folder: Descriptor, temporary: String, name: String, operation: String
    ) {
        self.descriptor = descriptor
        self.folder = folder
        self.temporary = temporary
        self.name = name
        self.operation = operation
    }

    deinit {
        if !isWhole { unlinkat(folder.number, temporary, 0) }
    }

    /// A file below this size is written as soon as its room is looked for.
    private static let worthALook: UInt64 = 1 << 20

    /// Looks whether the disk has room for a large file, before the first byte.
    func reserve(_ size: UInt64) throws(ExtractionFailure) {
        guard size >= Self.worthALook else { return }
        var status = statvfs()
        // A file system that does not tell is found out by writing.
        guard fstatvfs(descriptor.number, &status) == 0 else { return }
        let (free, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        guard overflow || size <= free else {
            throw .failed(
                ArchiveError(.cannotWrite, operation, reason: "the file has \(size) bytes, and \(free) are free"))
        }
    }

    /// Writes bytes where they belong; what is left out in between stays a hole.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(ArchiveError) {
        var rest = bytes
        guard var place = off_t(exactly: offset) else { throw .system(operation, EFBIG) }
        while !rest.isEmpty {
            let count = pwrite(descriptor.number, rest.baseAddress, rest.count, place)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(operation, errno) }
            place += off_t(count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Gives the whole file its size, mode, time and name.
    ///
    /// - Parameter written: Where the last byte that was written ends; a hole behind it was not.
    mutating func finish(
        size: UInt64, written: UInt64, mode: UInt32, modified: Int64?
    ) throws(ExtractionFailure) {
        if size != written {
            guard let length = off_t(exactly: size), ftruncate(descriptor.number, length) == 0 else {
                throw .failed(.system(operation, errno))
            }
        }
        // Its owner may always read it; set-user-id, set-group-id and sticky are left out.
        guard fchmod(descriptor.number, mode & 0o777 | 0o400) == 0 else { throw .failed(.system(operation, errno)) }
        descriptor.setTime(modified)
        guard renameat(folder.number, temporary, folder.number, name) == 0 else {
            throw .failed(.system(operation, errno))
        }
        isWhole = true
    }
}
