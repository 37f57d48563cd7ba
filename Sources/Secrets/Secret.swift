/// A text that nothing prints: descriptions, dumps and mirrors show `‹secret NAME›` in its place.
///
/// Its content is lent to those who need it on the last mile, such as a shell line, by ``reveal(_:)``.
public struct Secret: Sendable, Hashable {
    /// The name under which it was declared; a text made from several secrets bears the name of the first.
    public let name: String
    private let content: String

    /// Secrets of fewer bytes are refused, as hiding them would blot out half of every line.
    public static let minimumLength = 4
    /// Longer secrets are refused, in bytes.
    public static let maximumLength = 64 << 10

    /// Keeps a text.
    public init(name: String, _ content: String) {
        self.name = name
        self.content = content
    }

    /// Lends the content.
    public func reveal<Answer, Failure: Error>(_ body: (String) throws(Failure) -> Answer) throws(Failure) -> Answer {
        try body(content)
    }

    /// What stands in the place of the content: `‹secret NAME›`.
    public var mask: String { "‹secret \(name)›" }

    /// Whether it is too short to be found in other texts without blotting out what is no secret.
    public var isShort: Bool { content.utf8.count < Self.minimumLength }

    /// Whether both have the same content, whatever their names.
    public static func == (first: Secret, second: Secret) -> Bool { first.content == second.content }

    /// Hashes the content.
    public func hash(into hasher: inout Hasher) { hasher.combine(content) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The mask.
    public var description: String { mask }

    /// The mask.
    public var debugDescription: String { mask }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
