public import SourceText

/// Something local that a step will deliver.
public struct PayloadRequest: Sendable {
    /// What kind of thing is due.
    public enum Kind: String, Sendable {
        /// An app.
        case app
        /// A file, or the contents of a folder.
        case files
    }

    /// What kind of thing is due.
    public let kind: Kind
    /// The path, as it was given.
    public let path: String
    /// Where it is written.
    public let span: SourceSpan?

    /// Asks for one local thing.
    public init(_ kind: Kind, at path: String, span: SourceSpan?) {
        self.kind = kind
        self.path = path
        self.span = span
    }
}
