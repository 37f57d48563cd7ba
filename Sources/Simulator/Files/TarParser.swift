/// One entry of a tar archive: names as they stand there, numbers read.
struct TarEntry: Hashable {
    enum Kind: Hashable {
        case file
        case folder
        case link(to: String)
        case hardLink(to: String)
        /// A device, a pipe, or something newer.
        case other
    }

    var path: String
    var kind: Kind
    var size: UInt64
    /// Permission bits.
    var mode: UInt32
    /// Seconds since 1970.
    var modified: Int64
    /// Owner and group as the archive names them, or their numbers.
    var owner: String
    var group: String
}

/// Cuts a tar stream into entries without gathering their contents: ustar, pax, and GNU's long names.
struct TarParser {
    enum Event {
        case entry(TarEntry)
        /// The next bytes of the entry's file, valid until the next call.
        case content(UnsafeRawBufferPointer)
        case entryEnded
        /// Two empty blocks: whatever follows is no part of the archive.
        case ended
        /// No tar archive, in toybox' words.
        case refused(String)
    }

    private enum State {
        case header
        case content(left: UInt64)
        /// The content of an entry that tells about the next one: pax records, or a long name.
        case note(UInt8, left: UInt64)
        case padding(left: UInt64)
        case entryEnd(padding: UInt64)
        case over
    }

    static let block = 512
    /// More than any path needs; what is longer is dropped.
    private static let longestNote = 1 << 20

    private var state = State.header
    private var head: [UInt8] = []
    private var note: [UInt8] = []
    private var emptyBlocks = 0
    private var longPath: String?
    private var longLink: String?
    private var records: [String: String] = [:]
    /// Whether the stream may end here: between entries.
    var isBetweenEntries: Bool {
        switch state {
        case .header: head.isEmpty
        case .over: true
        case .content, .note, .padding, .entryEnd: false
        }
    }

    /// Takes bytes off the front of `input` until something can be reported; nil when it is used up.
    mutating func next(_ input: inout UnsafeRawBufferPointer) -> Event? {
        while true {
            switch state {
            case .over: return nil
            case .entryEnd(let padding):
                state = padding > 0 ? .padding(left: padding) : .header
                return .entryEnded
            case .content(0), .note(_, 0), .padding(0): state = .header
            case .content(let left):
                guard let part = Self.take(left, &input) else { return nil }
                let rest = left - UInt64(part.count)
                state = rest > 0 ? .content(left: rest) : .entryEnd(padding: padding)
                return .content(part)
            case .padding(let left):
                guard let part = Self.take(left, &input) else { return nil }
                state = .padding(left: left - UInt64(part.count))
            case .note(let type, let left):
                guard let part = Self.take(left, &input) else { return nil }
                if note.count < Self.longestNote { note.append(contentsOf: part) }
                let rest = left - UInt64(part.count)
                state = .note(type, left: rest)
                if rest == 0 {
                    readNote(type)
                    state = .padding(left: padding)
                }
            case .header:
                guard let event = header(&input) else {
                    if case .header = state { return nil }
                    continue
                }
                return event
            }
        }
    }

    /// Bytes behind the content of the entry under way.
    private var padding: UInt64 = 0

    private static func take(_ count: UInt64, _ input: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard !input.isEmpty else { return nil }
        let taken = Int(min(count, UInt64(input.count)))
        let part = UnsafeRawBufferPointer(rebasing: input[..<taken])
        input = UnsafeRawBufferPointer(rebasing: input[taken...])
        return part
    }

    /// Reads a header, in place where it lies whole in the input.
    private mutating func header(_ input: inout UnsafeRawBufferPointer) -> Event? {
        if head.isEmpty, input.count >= Self.block {
            let block = UnsafeRawBufferPointer(rebasing: input[..<Self.block])
            input = UnsafeRawBufferPointer(rebasing: input[Self.block...])
            return read(block)
        }
        guard let part = Self.take(UInt64(Self.block - head.count), &input) else { return nil }
        head.append(contentsOf: part)
        guard head.count == Self.block else { return nil }
        let block = head
        head = []
        return block.withUnsafeBytes { read($0) }
    }

    private mutating func read(_ block: UnsafeRawBufferPointer) -> Event? {
        if block[0] == 0, block.allSatisfy({ $0 == 0 }) {
            emptyBlocks += 1
            guard emptyBlocks == 2 else {
                // One more block to come.
                state = .padding(left: 0)
                return nil
            }
            state = .over
            return .ended
        }
        emptyBlocks = 0
        guard Self.hasRightSum(block) else {
            state = .over
            return .refused("Not tar")
        }
        let size = records["size"].flatMap { UInt64($0) } ?? Self.number(block, 124..<136)
        padding = (UInt64(Self.block) - size % UInt64(Self.block)) % UInt64(Self.block)
        let type = block[156]
        if "xgLK".utf8.contains(type) {
            note = []
            state = .note(type, left: Self.number(block, 124..<136))
            if Self.number(block, 124..<136) == 0 { state = .padding(left: padding) }
            return nil
        }
        return .entry(entry(block, type, size))
    }

    private mutating func entry(_ block: UnsafeRawBufferPointer, _ type: UInt8, _ size: UInt64) -> TarEntry {
        let isUstar = block[257..<263].elementsEqual("ustar\0".utf8)
        let prefix = isUstar ? Self.text(block, 345..<500) : ""
        let short = Self.text(block, 0..<100)
        let path = records["path"] ?? longPath ?? (prefix.isEmpty ? short : "\(prefix)/\(short)")
        let target = records["linkpath"] ?? longLink ?? Self.text(block, 157..<257)
        let modified =
            records["mtime"].flatMap { Int64($0.prefix { $0 != "." }) }
            ?? Int64(truncatingIfNeeded: Self.number(block, 136..<148))
        longPath = nil
        longLink = nil
        records.removeAll(keepingCapacity: true)
        let kind: TarEntry.Kind =
            switch type {
            case UInt8(ascii: "1"): .hardLink(to: target)
            case UInt8(ascii: "2"): .link(to: target)
            case UInt8(ascii: "5"): .folder
            case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): path.hasSuffix("/") ? .folder : .file
            default: .other
            }
        let hasContent = kind == .file || kind == .other
        state = hasContent && size > 0 ? .content(left: size) : .entryEnd(padding: 0)
        return TarEntry(
            path: path, kind: kind, size: hasContent ? size : 0,
            mode: UInt32(truncatingIfNeeded: Self.number(block, 100..<108)) & 0o7777, modified: modified,
            owner: Self.name(block, 265..<297, or: 108..<116), group: Self.name(block, 297..<329, or: 116..<124))
    }

    private static func name(_ block: UnsafeRawBufferPointer, _ text: Range<Int>, or number: Range<Int>) -> String {
        block[text.lowerBound] == 0 ? String(self.number(block, number)) : self.text(block, text)
    }

    // MARK: Fields

    private mutating func readNote(_ type: UInt8) {
        switch type {
        case UInt8(ascii: "L"): longPath = String(decoding: note.prefix { $0 != 0 }, as: UTF8.self)
        case UInt8(ascii: "K"): longLink = String(decoding: note.prefix { $0 != 0 }, as: UTF8.self)
        case UInt8(ascii: "x"): readRecords()
        default: break
        }
        note = []
    }

    /// `LENGTH KEY=VALUE\n`, one after another.
    private mutating func readRecords() {
        var rest = note[...]
        while let space = rest.firstIndex(of: UInt8(ascii: " ")) {
            guard let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > 0, length <= rest.count,
                space < rest.startIndex + length
            else { return }
            let record = rest[(space + 1)..<(rest.startIndex + length)].dropLast()
            rest = rest.dropFirst(length)
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
            records[String(decoding: record[..<equals], as: UTF8.self)] =
                String(decoding: record[(equals + 1)...], as: UTF8.self)
        }
    }

    private static func text(_ block: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: block[range]).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Octal digits, or big-endian bytes where the first bit is set.
    static func number(_ block: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        let field = block[range]
        if let first = field.first, first & 0x80 != 0 {
            return field.dropFirst().reduce(UInt64(first & 0x7f)) { $0 << 8 | UInt64($1) }
        }
        return field.drop { $0 == UInt8(ascii: " ") }.prefix { (48...55).contains($0) }
            .reduce(0) { $0 << 3 | UInt64($1 - 48) }
    }

    private static func hasRightSum(_ block: UnsafeRawBufferPointer) -> Bool {
        var sum: UInt64 = 0
        for byte in block { sum &+= UInt64(byte) }
        for byte in block[148..<156] { sum = sum &- UInt64(byte) &+ 32 }
        return sum == number(block, 148..<156)
    }
}
