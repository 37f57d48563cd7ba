import Glibc
public import Lanes

extension LocalFile {
    // Glibc's Swift module leaves these out.
    private static var seekData: CInt { 3 }
    private static var seekHole: CInt { 4 }

    /// The stretches of the file that hold data, in order; the rest are holes and read as zeros.
    ///
    /// - Throws: ``SystemError`` of `lseek`.
    public func dataStretches() throws(SystemError) -> [Range<UInt64>] {
        var stretches: [Range<UInt64>] = []
        let size = off_t(status.st_size)
        var position: off_t = 0
        while position < size {
            let start = lseek(descriptor, position, Self.seekData)
            // No data up to the end.
            if start < 0, errno == ENXIO { break }
            guard start >= position else { throw SystemError("lseek") }
            if start >= size { break }
            let end = lseek(descriptor, start, Self.seekHole)
            guard end > start else { throw SystemError("lseek") }
            stretches.append(UInt64(start)..<UInt64(min(end, size)))
            position = end
        }
        return stretches
    }
}
