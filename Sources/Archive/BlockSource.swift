import Glibc

/// Fetches an archive's blocks from a caller.
///
/// A class, since the library keeps a pointer to it.
final class BlockSource {
    typealias Fill = (UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int

    private let fill: Fill
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
    /// What the caller threw; the library knows only that it failed.
    private(set) var failure: ArchiveError?

    /// Whether the archive's first bytes were those of a zip.
    private(set) var looksZip = false
    private var isFirst = true

    init(_ fill: @escaping Fill) { self.fill = fill }

    /// Reads a pipe or whatever else cannot seek.
    convenience init(descriptor: CInt) {
        self.init { (buffer) throws(ArchiveError) in
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count >= 0 { return count }
                guard errno == EINTR else {
                    throw ArchiveError(.cannotOpen, "read the archive", reason: String(cString: strerror(errno)))
                }
            }
        }
    }

    deinit { block.deallocate() }

    func give(_ pointer: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        do throws(ArchiveError) {
            let count = try fill(block)
            if isFirst { looksZip = count >= 2 && block.starts(with: ZipNames.magic) }
            isFirst = false
            pointer.pointee = UnsafeRawPointer(block.baseAddress)
            return min(max(count, 0), block.count)
        } catch {
            failure = error
            return -1
        }
    }
}
