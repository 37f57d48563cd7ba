/// Where an entry belongs below a folder: plain names, none of them empty, `.` or `..`.
public struct EntryLocation: Hashable, Sendable, CustomStringConvertible {
    /// The names from the folder down; none for the folder itself.
    public let names: [String]

    /// Finds the place of an entry.
    ///
    /// - Parameters:
    ///   - path: The entry's path, as the archive has it.
    ///   - strip: The names that are left out at the front.
    ///   - limits: How long and how deep a path may be.
    /// - Throws: ``Refusal`` when the path would leave the folder or no file system takes it.
    public init(
        _ path: String, stripping strip: Int = 0, limits: ArchiveLimits = ArchiveLimits()
    ) throws(Refusal) {
        guard path.utf8.count <= limits.pathLength else { throw .pathTooLong }
        guard !path.utf8.contains(0) else { throw .noName }
        guard path.utf8.first != UInt8(ascii: "/") else { throw .absolute }
        // By bytes: a slash that a combining mark follows is no character "/".
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        guard !parts.contains("..") else { throw .climbs }
        let plain = parts.filter { $0 != "." }
        guard plain.count <= limits.depth else { throw .tooDeep }
        guard !plain.contains(where: { $0.utf8.count > 255 }) else { throw .nameTooLong }
        guard plain.isEmpty || plain.count > strip else { throw .stripped }
        guard !path.isEmpty else { throw .noName }
        names = Array(plain.dropFirst(strip))
    }

    init(names: [String]) { self.names = names }

    /// Whether the bytes are the same: to Swift, a name with a composed letter equals one with a combined letter, and
    /// to file systems they are two.
    public static func == (first: Self, second: Self) -> Bool {
        first.names.elementsEqual(second.names) { $0.utf8.elementsEqual($1.utf8) }
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) {
        for name in names {
            var name = name
            name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            hasher.combine(UInt8(ascii: "/"))
        }
    }

    /// The names, joined by slashes; "." for the folder itself.
    public var description: String { names.isEmpty ? "." : names.joined(separator: "/") }

    /// The folder that holds it.
    var parent: EntryLocation { EntryLocation(names: names.dropLast()) }
}

/// Why an entry of an archive is passed over.
public enum Refusal: Error, Hashable, Sendable {
    /// The path begins with a slash.
    case absolute
    /// The path has a `..` in it.
    case climbs
    /// The path is empty or holds a NUL.
    case noName
    /// A name has more than 255 bytes.
    case nameTooLong
    /// The whole path is longer than the limit.
    case pathTooLong
    /// The path has more folders than the limit.
    case tooDeep
    /// The path has no names beyond those that were to be left out.
    case stripped
    /// A device, a pipe, a socket.
    case special(String)
    /// A folder on the path is a link, or no folder.
    case blockedPath
    /// A folder stands where a file belongs.
    case folderInTheWay
    /// Something else stands where a folder belongs.
    case noFolder
    /// A symbolic link's text leads out of the folder, or may do so.
    case linkLeavesFolder
    /// A hard link names no file that was unpacked before.
    case linkWithoutFile
}

extension Refusal: CustomStringConvertible {
    /// The reason, in words that stand behind the entry's path.
    public var description: String {
        switch self {
        case .absolute: "its path is absolute"
        case .climbs: "its path climbs with \"..\""
        case .noName: "it has no usable name"
        case .nameTooLong: "a name in its path has more than 255 bytes"
        case .pathTooLong: "its path is too long"
        case .tooDeep: "its path has too many folders"
        case .stripped: "its path has no names beyond those left out"
        case .special(let what): "it is \(what)"
        case .blockedPath: "a part of its path is a link or a file"
        case .folderInTheWay: "a folder of its name is there"
        case .noFolder: "a file or a link of its name is there"
        case .linkLeavesFolder: "the link may lead out of the folder"
        case .linkWithoutFile: "the file that it is another name of was not unpacked"
        }
    }
}
