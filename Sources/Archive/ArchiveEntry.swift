/// One entry of an archive, as the archive describes it: nothing here can be trusted.
public struct ArchiveEntry: Hashable, Sendable {
    /// What an entry is.
    public enum Kind: Hashable, Sendable {
        /// A regular file.
        case file
        /// A folder.
        case folder
        /// A symbolic link with its text, which may lead anywhere.
        case link(to: String)
        /// A second name of another entry.
        case hardLink(to: String)
        /// Something that cannot be unpacked; the word says what: "a device", "a pipe", "a socket".
        case other(String)
    }

    /// The entry's name, with `/`, which may be absolute or climb.
    ///
    /// Bytes that are no UTF-8 are replaced.
    public internal(set) var path: String
    /// What the entry is.
    public let kind: Kind
    /// The size in bytes that the archive tells; `nil` when it tells none before the content.
    public let size: UInt64?
    /// The mode bits, those for set-user-id and their like among them.
    public let mode: UInt32
    /// Seconds since 1970, UTC; `nil` when the archive tells none.
    public let modified: Int64?
    /// The owner's number; 0 where the archive tells none.
    public let owner: Int64
    /// The group's number; 0 where the archive tells none.
    public let group: Int64
    /// Whether the archive tells of holes in the file.
    public let isSparse: Bool
    /// Whether the content is encrypted.
    public let isEncrypted: Bool
}
