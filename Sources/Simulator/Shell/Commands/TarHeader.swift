/// The block before each entry of a tar archive, as toybox and GNU's `tar` write it.
enum TarHeader {
    /// One block.
    ///
    /// - Parameters:
    ///   - name: At most 99 bytes of it fit; a longer one stands before the block, as an entry of its own.
    ///   - namesOwners: Whether owner and group stand there by name, too.
    static func block(
        _ name: String, _ entry: FileEntry, _ type: Character, size: UInt64, link: String, namesOwners: Bool
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarParser.block)
        func put(_ text: some Sequence<UInt8>, _ start: Int, _ limit: Int) {
            for (index, byte) in text.prefix(limit).enumerated() { block[start + index] = byte }
        }
        func number(_ value: UInt64, _ start: Int, _ digits: Int) {
            let octal = String(value, radix: 8)
            guard octal.count > digits else {
                return put(octal.leftPadded(to: digits, with: "0").utf8, start, digits)
            }
            block[start] = 0x80
            for index in 0..<8 { block[start + digits - index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
        }
        put(name.utf8, 0, 100)
        number(UInt64(entry.permissions), 100, 7)
        number(UInt64(entry.owner), 108, 7)
        number(UInt64(entry.group), 116, 7)
        number(size, 124, 11)
        number(UInt64(clamping: entry.modified), 136, 11)
        block[156] = type.asciiValue ?? 0
        put(link.utf8, 157, 100)
        put("ustar  ".utf8, 257, 7)
        if namesOwners {
            put(UserNames.name(entry.owner).utf8, 265, 31)
            put(UserNames.name(entry.group).utf8, 297, 31)
        }
        put("        ".utf8, 148, 8)
        number(block.reduce(UInt64(0)) { $0 + UInt64($1) }, 148, 6)
        block[154] = 0
        return block
    }
}
