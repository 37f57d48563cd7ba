/// A text that a person wrote, with its name and a table of where its lines start.
///
/// Shared by every span that points into it; immutable.
public final class SourceFile: Sendable {
    /// The name as the person gave it, for example `playbooks/deploy.yml`.
    public let name: String
    /// Whether the text stands in a file; a word of the command line, or a default, has no lines to jump to.
    public let isFile: Bool
    /// The bytes as they were read, without a byte order mark at the start.
    public let bytes: [UInt8]
    /// Whether a UTF-8 byte order mark was taken off.
    public let hadByteOrderMark: Bool
    /// The offset of the first byte that is not UTF-8, or nil when the text is sound.
    public let firstInvalidByte: Int?
    private let lineStarts: [Int]

    /// Keeps the bytes and finds the lines; never fails, `firstInvalidByte` tells whether the text can be used.
    public init(name: String, bytes: [UInt8], isFile: Bool = true) {
        self.name = name
        self.isFile = isFile
        hadByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let content = hadByteOrderMark ? Array(bytes.dropFirst(3)) : bytes
        self.bytes = content
        firstInvalidByte = Self.offsetOfInvalidUTF8(in: content)
        var starts = [0]
        var offset = 0
        while offset < content.count {
            let byte = content[offset]
            offset += 1
            if byte == 0x0A {
                starts.append(offset)
            } else if byte == 0x0D, offset == content.count || content[offset] != 0x0A {
                starts.append(offset)
            }
        }
        lineStarts = starts
    }

    /// A file whose text is at hand already.
    public convenience init(name: String, text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }

    /// The whole text; bytes that are not UTF-8 become replacement characters.
    public var text: String { text(in: 0..<bytes.count) }

    /// How many lines the text has; an empty text has one.
    public var lineCount: Int { lineStarts.count }

    /// The text of a range of bytes.
    public func text(in range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }

    /// The range of bytes of a line, counted from 1, without its line break.
    public func bytes(ofLine line: Int) -> Range<Int> {
        let index = min(max(line, 1), lineStarts.count) - 1
        let start = lineStarts[index]
        var end = index + 1 < lineStarts.count ? lineStarts[index + 1] : bytes.count
        while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        return start..<end
    }

    /// The line, counted from 1, that holds a byte.
    public func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The place of a byte, as a person counts.
    public func location(at offset: Int) -> SourceLocation {
        let line = line(at: offset)
        let range = bytes(ofLine: line)
        let column = text(in: range.lowerBound..<min(max(offset, range.lowerBound), range.upperBound)).count + 1
        return SourceLocation(file: name, line: line, column: column)
    }

    /// The offset of the place that stands `scalars` Unicode scalars after the start of a line, both counted from 1.
    public func offset(line: Int, scalar: Int) -> Int {
        let range = bytes(ofLine: line)
        var offset = range.lowerBound
        var left = scalar - 1
        while left > 0, offset < range.upperBound {
            offset += 1
            while offset < range.upperBound, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }

    /// A span of bytes of this file.
    public func span(_ range: Range<Int>) -> SourceSpan { SourceSpan(file: self, range: range) }

    private static func offsetOfInvalidUTF8(in bytes: [UInt8]) -> Int? {
        if bytes.allSatisfy({ $0 < 0x80 }) { return nil }
        var decoder = UTF8()
        var iterator = CountingIterator(bytes: bytes)
        while true {
            let start = iterator.position
            switch decoder.decode(&iterator) {
            case .scalarValue: continue
            case .emptyInput: return nil
            case .error: return Self.firstBadByte(in: bytes, from: start)
            }
        }
    }

    /// The decoder reads ahead, so the culprit is looked for again from a few bytes earlier.
    private static func firstBadByte(in bytes: [UInt8], from start: Int) -> Int {
        var offset = max(0, start - 4)
        while offset > 0, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
        while offset < bytes.count {
            let length = sequenceLength(bytes[offset])
            let end = min(offset + length, bytes.count)
            if length == 0 || String(validating: bytes[offset..<end], as: UTF8.self) == nil { return offset }
            offset = end
        }
        return max(0, bytes.count - 1)
    }

    private static func sequenceLength(_ lead: UInt8) -> Int {
        switch lead {
        case 0x00..<0x80: 1
        case 0xC2..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0..<0xF5: 4
        default: 0
        }
    }

    private struct CountingIterator: IteratorProtocol {
        let bytes: [UInt8]
        var position = 0

        mutating func next() -> UInt8? {
            guard position < bytes.count else { return nil }
            defer { position += 1 }
            return bytes[position]
        }
    }
}

extension SourceFile: Hashable {
    /// Two spans point into the same file only when it is the same reading of it.
    public static func == (left: SourceFile, right: SourceFile) -> Bool { left === right }

    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
