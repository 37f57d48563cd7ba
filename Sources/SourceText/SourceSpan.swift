/// A place in a text as a person counts: line and column from 1, columns in characters.
public struct SourceLocation: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The name of the file.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1, in characters.
    public let column: Int

    /// Names a place.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, which editors can jump to.
    public var description: String { "\(file):\(line):\(column)" }

    /// Orders by file, then by place.
    public static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// A stretch of bytes of one file.
///
/// Cheap to keep; lines and columns are counted only when asked for.
public struct SourceSpan: Hashable, Sendable, CustomStringConvertible {
    /// The file pointed into.
    public let file: SourceFile
    /// The bytes, half open.
    public let range: Range<Int>

    /// Points at a stretch of a file.
    public init(file: SourceFile, range: Range<Int>) {
        self.file = file
        self.range = range
    }

    /// A span in a text that stands in no file, such as a word of the command line.
    public static func whole(_ text: String, named name: String) -> SourceSpan {
        let file = SourceFile(name: name, bytes: Array(text.utf8), isFile: false)
        return SourceSpan(file: file, range: 0..<file.bytes.count)
    }

    /// Where it starts.
    public var start: SourceLocation { file.location(at: range.lowerBound) }

    /// Where it starts, for an editor to jump to; nil when the text stands in no file.
    public var place: SourceLocation? { file.isFile ? start : nil }

    /// The text it covers.
    public var text: String { file.text(in: range) }

    /// `file:line:column` of the start; the name alone when the text stands in no file.
    public var description: String { place?.description ?? file.name }

    /// The smallest span that covers both; the other must be of the same file.
    public func joined(with other: SourceSpan) -> SourceSpan {
        let lower = min(range.lowerBound, other.range.lowerBound)
        return SourceSpan(file: file, range: lower..<max(range.upperBound, other.range.upperBound))
    }
}
