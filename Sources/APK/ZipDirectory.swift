/// The directory at the end of a zip file: where it lies and which names it holds.
///
/// The content is read by libarchive; this exists because the signing block of an APK lies right before the directory,
/// and because only the directory tells a truncated file from a whole one.
struct ZipDirectory {
    /// Where the directory begins.
    let offset: UInt64
    /// The names of all entries, in the directory's order.
    let names: [String]

    private static let endByteCount = 22
    private static let longestComment = 65_535
    private static let largestDirectory = 256 << 20

    init(of source: ByteSource) throws(APKError) {
        guard source.size > 0 else { throw APKError(.empty, source.path, "is empty") }
        let end = try Self.findEnd(of: source)
        guard end.directorySize <= UInt64(Self.largestDirectory) else {
            throw APKError(.damaged, source.path, "has a zip directory of \(end.directorySize) bytes")
        }
        // Whatever lies between the directory and its end record would be judged differently by different readers.
        guard end.directoryOffset <= end.offset, end.offset - end.directoryOffset == end.directorySize else {
            throw APKError(.damaged, source.path, "is damaged: its zip directory is not where the file says")
        }
        offset = end.directoryOffset
        let directory = try source.read(Int(end.directorySize), at: end.directoryOffset)
        do {
            names = try Self.names(in: directory)
        } catch {
            throw APKError(.damaged, source.path, "is damaged: its zip directory cannot be read")
        }
        guard names.count & 0xffff == end.entryCount else {
            throw APKError(
                .damaged, source.path, "is damaged: its zip directory has another number of entries than told")
        }
    }

    private struct End {
        var offset: UInt64
        var entryCount: Int
        var directorySize: UInt64
        var directoryOffset: UInt64
    }

    private static func findEnd(of source: ByteSource) throws(APKError) -> End {
        let count = Int(min(source.size, UInt64(endByteCount + longestComment)))
        let tailOffset = source.size - UInt64(count)
        let tail = try source.read(count, at: tailOffset)
        var position = count - endByteCount
        while position >= 0 {
            defer { position -= 1 }
            guard tail[position] == 0x50, let end = try? end(in: tail, at: position, tailOffset: tailOffset) else {
                continue  // no end record at this place
            }
            return try large(end, of: source)
        }
        throw try missingEnd(of: source)
    }

    private static func end(in tail: [UInt8], at position: Int, tailOffset: UInt64) throws -> End {
        var reader = ByteReader(tail[position...])
        guard try reader.u32() == 0x0605_4b50 else { throw ByteReader.OutOfBounds() }
        _ = try reader.take(6)
        let entryCount = try reader.u16()
        let size = try reader.u32()
        let offset = try reader.u32()
        guard try reader.u16() == reader.remaining else { throw ByteReader.OutOfBounds() }
        return End(
            offset: tailOffset + UInt64(position), entryCount: entryCount, directorySize: UInt64(size),
            directoryOffset: UInt64(offset))
    }

    /// Files with more than 65,535 entries or 4 GiB have a second, larger end record right before the common one.
    private static func large(_ end: End, of source: ByteSource) throws(APKError) -> End {
        let locatorByteCount = 20
        let recordByteCount = 56
        let isLarge = end.entryCount == 0xffff || end.directorySize == 0xffff_ffff || end.directoryOffset == 0xffff_ffff
        guard isLarge, end.offset >= UInt64(locatorByteCount) else { return end }
        do {
            var locator = ByteReader(try source.read(locatorByteCount, at: end.offset - UInt64(locatorByteCount)))
            guard try locator.u32() == 0x0706_4b50 else { return end }
            _ = try locator.u32()
            let offset = try locator.u64()
            var record = ByteReader(try source.read(recordByteCount, at: offset))
            guard try record.u32() == 0x0606_4b50 else { throw ByteReader.OutOfBounds() }
            _ = try record.take(28)
            let entryCount = Int(truncatingIfNeeded: try record.u64())
            return End(
                offset: offset, entryCount: entryCount & 0xffff, directorySize: try record.u64(),
                directoryOffset: try record.u64())
        } catch {
            throw APKError(.damaged, source.path, "is damaged: its end cannot be read")
        }
    }

    private static func missingEnd(of source: ByteSource) throws(APKError) -> APKError {
        let head = try source.read(Int(min(4, source.size)), at: 0)
        if head == Array("PK\u{3}\u{4}".utf8) {
            return APKError(
                .truncated, source.path, "is truncated: its end is missing", advice: "copy or download it again")
        }
        let isPage = head.first == UInt8(ascii: "<")
        return APKError(
            .notZip, source.path, "is no zip archive, so it is no APK",
            advice: isPage ? "it begins like a web page: look at what was downloaded" : nil)
    }

    private static func names(in directory: [UInt8]) throws(ByteReader.OutOfBounds) -> [String] {
        var reader = ByteReader(directory)
        var names: [String] = []
        while !reader.isAtEnd {
            guard try reader.u32() == 0x0201_4b50 else { throw ByteReader.OutOfBounds() }
            _ = try reader.take(24)
            let nameLength = try reader.u16()
            let extraLength = try reader.u16()
            let commentLength = try reader.u16()
            _ = try reader.take(12)
            names.append(String(decoding: try reader.take(nameLength), as: UTF8.self))
            _ = try reader.take(extraLength + commentLength)
        }
        return names
    }
}
