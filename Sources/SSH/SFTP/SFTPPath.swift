import SourceText

/// A path on an SFTP server: bytes, which are UTF-8 by habit only.
public struct SFTPPath: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The path as it is sent.
    public let bytes: [UInt8]

    /// Takes a path by its bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Takes a path by its text.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// Takes a path by its text.
    public init(stringLiteral text: String) { self.init(text) }

    /// The path for people: what could act on a terminal is made visible, and the middle of a long path is left out.
    public var description: String {
        let text = terminalSafe(String(decoding: bytes, as: UTF8.self))
        guard text.count > 300 else { return text }
        return "\(text.prefix(140))…\(text.suffix(140))"
    }

    /// A path below this one.
    public func appending(_ relative: [UInt8]) -> SFTPPath {
        guard let last = bytes.last else { return SFTPPath(relative) }
        return SFTPPath(bytes + (last == Self.slash ? [] : [Self.slash]) + relative)
    }

    /// A path below this one.
    public func appending(_ relative: String) -> SFTPPath { appending(Array(relative.utf8)) }

    /// The last name; empty for the root.
    public var name: [UInt8] {
        let trimmed = withoutTrailingSlashes
        return Array(trimmed[(trimmed.lastIndex(of: Self.slash).map { $0 + 1 } ?? 0)...])
    }

    /// The folder that holds it: `.` for a name alone, the root for the root.
    public var parent: SFTPPath {
        let trimmed = withoutTrailingSlashes
        guard let slash = trimmed.lastIndex(of: Self.slash) else { return trimmed.isEmpty ? self : "." }
        let parent = SFTPPath(Array(trimmed[..<slash])).withoutTrailingSlashes
        return parent.isEmpty ? "/" : SFTPPath(Array(parent))
    }

    private var withoutTrailingSlashes: ArraySlice<UInt8> {
        bytes[..<((bytes.lastIndex { $0 != Self.slash } ?? -1) + 1)]
    }

    private static let slash = UInt8(ascii: "/")

    /// The file that is written before it gets this path's name: hidden, in the same folder, and told apart by a tag.
    ///
    /// A name that would become longer than the 255 bytes of every file system is cut, and a sum of all of it added.
    public func part(tag: String) -> SFTPPath {
        var ending = Array(".drover-\(tag.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }).part".utf8)
        if name.count + ending.count > 254 { ending = Array("-\(String(sum, radix: 16))".utf8) + ending }
        let name = Array(".".utf8) + name.prefix(254 - ending.count) + ending
        return bytes.contains(Self.slash) ? parent.appending(name) : SFTPPath(name)
    }
}

extension SFTPPath {
    /// FNV-1a of the name: long names that begin alike must not share a part.
    private var sum: UInt64 {
        name.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

/// Why a name that a server gave cannot be the name of a file here.
public enum SFTPNameFault: Hashable, Sendable {
    /// It is empty, or `.` or `..` where that cannot be.
    case leavesFolder
    /// It holds a slash.
    case slash
    /// It holds a NUL or another control character.
    case control
    /// It is longer than 255 bytes.
    case tooLong

    /// Looks at one name; nil when nothing is wrong.
    init?(_ name: [UInt8]) {
        if name.isEmpty || name == [0x2E] || name == [0x2E, 0x2E] {
            self = .leavesFolder
        } else if name.contains(UInt8(ascii: "/")) {
            self = .slash
        } else if name.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            self = .control
        } else if name.count > 255 {
            self = .tooLong
        } else {
            return nil
        }
    }

    /// The reason in words.
    public var reason: String {
        switch self {
        case .leavesFolder: "its name would lead out of the folder"
        case .slash: "its name holds a slash, which no file's name does"
        case .control: "its name holds a control character"
        case .tooLong: "its name is longer than 255 bytes"
        }
    }
}
