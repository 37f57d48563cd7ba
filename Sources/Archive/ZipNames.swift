import Glibc

/// The names of a zip as its directory has them.
///
/// The library turns letters with combining marks into composed ones on reading, so that two files would get one name, and
/// backslashes into slashes.
/// Here are the bytes; whatever does not fit the directory keeps the library's name.
struct ZipNames {
    /// The first bytes of a zip.
    static let magic: [UInt8] = Array("PK".utf8)

    /// The names that the library changes, in the order in which entries are read, by any of their spellings: strings
    /// that differ in composition alone are equal.
    private var waiting: [String: [String]] = [:]

    private static let backslash = UInt8(ascii: "\\")
    /// The system in the upper half of "version made by".
    private static let unix: UInt16 = 3
    private static let endBytes = 22
    private static let fixedBytes = 46
    private static let window = 1 << 20
    private static let largestDirectory: UInt64 = 1 << 29

    /// No names.
    init() {}

    /// Reads the directory.
    init(of bytes: PlacedBytes) {
        guard let (start, end) = Self.directory(of: bytes), end - start <= Self.largestDirectory else { return }
        var found: [(offset: UInt64, name: String)] = []
        var position = start
        var buffer: [UInt8] = []
        var used = 0
        while position < end {
            // A record is at most 46 bytes and three times 65,535.
            if buffer.count - used < Self.fixedBytes + 3 * 65_535 {
                buffer = bytes.read(Int(min(UInt64(Self.window), end - position)), at: position)
                used = 0
            }
            let rest = LittleEndianBytes(buffer[used...])
            guard rest.count >= Self.fixedBytes, rest.u32(0) == 0x0201_4b50 else { break }
            let (nameCount, extraCount) = (Int(rest.u16(28)), Int(rest.u16(30)))
            let count = Self.fixedBytes + nameCount + extraCount + Int(rest.u16(32))
            guard rest.count >= count else { break }
            let name = rest.slice(Self.fixedBytes, nameCount)
            // Where folders are parted by slashes, a backslash is a letter; the library takes it for a slash everywhere.
            let isUnix = rest.u16(4) >> 8 == Self.unix
            let isOdd = name.contains { $0 >= 0x80 || ($0 == Self.backslash && isUnix) }
            if isOdd, let text = String(validating: name, as: UTF8.self) {
                let extra = LittleEndianBytes(rest.slice(Self.fixedBytes + nameCount, extraCount))
                found.append((Self.offset(of: rest, extra: extra), text))
            }
            used += count
            position += UInt64(count)
        }
        // Entries are read by their place in the file.
        for (_, name) in found.sorted(by: { $0.offset > $1.offset }) {
            let read = String(decoding: name.utf8.map { $0 == Self.backslash ? UInt8(ascii: "/") : $0 }, as: UTF8.self)
            for spelling in Set([name, read]) { waiting[spelling, default: []].append(name) }
        }
    }

    /// The name as the archive spells it.
    mutating func exact(_ name: String) -> String {
        guard !waiting.isEmpty else { return name }
        return waiting[name]?.popLast() ?? name
    }

    private static func directory(of bytes: PlacedBytes) -> (start: UInt64, end: UInt64)? {
        let tailCount = Int(min(bytes.count, UInt64(endBytes + 65_535)))
        let tail = LittleEndianBytes(bytes.read(tailCount, at: bytes.count - UInt64(tailCount))[...])
        guard
            let place = stride(from: tail.count - endBytes, through: 0, by: -1).first(where: {
                tail.u32($0) == 0x0605_4b50
            })
        else { return nil }
        let end = bytes.count - UInt64(tailCount) + UInt64(place)
        let size = UInt64(tail.u32(place + 12))
        guard size == 0xffff_ffff || tail.u16(place + 10) == 0xffff || tail.u32(place + 16) == 0xffff_ffff else {
            return size <= end ? (end - size, end) : nil
        }
        // Zip64: a locator of 20 bytes right before the end names the place of a larger end record.
        guard end >= 20 else { return nil }
        let locator = LittleEndianBytes(bytes.read(20, at: end - 20)[...])
        guard locator.count == 20, locator.u32(0) == 0x0706_4b50 else { return size <= end ? (end - size, end) : nil }
        let largeEnd = locator.u64(8)
        let record = LittleEndianBytes(bytes.read(56, at: largeEnd)[...])
        guard record.count == 56, record.u32(0) == 0x0606_4b50, record.u64(40) <= largeEnd else { return nil }
        return (largeEnd - record.u64(40), largeEnd)
    }

    /// Where the entry's head is, which an extra field tells when it is beyond 4 GiB.
    private static func offset(of record: LittleEndianBytes, extra: LittleEndianBytes) -> UInt64 {
        guard record.u32(42) == 0xffff_ffff else { return UInt64(record.u32(42)) }
        var place = 0
        while place + 4 <= extra.count {
            let count = Int(extra.u16(place + 2))
            if extra.u16(place) == 1 {
                let sizes = [20, 24].count { record.u32($0) == 0xffff_ffff }
                let offset = place + 4 + sizes * 8
                return offset + 8 <= extra.count ? extra.u64(offset) : 0
            }
            place += 4 + count
        }
        return 0
    }
}

/// Bytes that can be read from any place: a file or memory.
struct PlacedBytes {
    /// How many there are.
    let count: UInt64
    private let fetch: (UnsafeMutableRawBufferPointer, UInt64) -> Int

    /// The bytes of a file, whose position stays where it is.
    init(descriptor: CInt, count: UInt64) {
        self.count = count
        fetch = { buffer, offset in pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// Bytes in memory, which must outlive this.
    init(_ memory: UnsafeRawBufferPointer) {
        count = UInt64(memory.count)
        fetch = { buffer, offset in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[Int(offset)..<Int(offset) + buffer.count]))
            return buffer.count
        }
    }

    /// Reads up to `wanted` bytes; fewer at the end.
    func read(_ wanted: Int, at offset: UInt64) -> [UInt8] {
        guard offset < count else { return [] }
        let wanted = Int(min(UInt64(max(wanted, 0)), count - offset))
        return [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            filled = max(0, fetch(UnsafeMutableRawBufferPointer(buffer), offset))
        }
    }
}

/// Numbers in bytes, the lowest byte first; places are the caller's to check.
struct LittleEndianBytes {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var count: Int { bytes.count }

    func slice(_ place: Int, _ count: Int) -> ArraySlice<UInt8> {
        bytes[bytes.startIndex + place..<bytes.startIndex + place + count]
    }

    func u16(_ place: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(place, 2)) }
    func u32(_ place: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(place, 4)) }
    func u64(_ place: Int) -> UInt64 { number(place, 8) }

    private func number(_ place: Int, _ width: Int) -> UInt64 {
        slice(place, width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
