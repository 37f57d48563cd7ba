public import Farm
public import SourceText

/// Something local that a step will deliver.
public struct PayloadRequest: Sendable {
    /// What kind of thing is due.
    public enum Kind: String, Sendable {
        /// An app.
        case app
        /// A file, or the contents of a folder.
        case files
        /// The contents of a folder, and no single file.
        case tree
        /// A single file that phones can run.
        case program
    }

    /// What is delivered.
    public enum Source: Hashable, Sendable {
        /// What lies at a path, as it was given.
        case path(String)
        /// A payload of the playbook.
        case payload(PayloadDefinition)
    }

    /// What kind of thing is due.
    public let kind: Kind
    /// What is delivered.
    public let source: Source
    /// Where it is written.
    public let span: SourceSpan?

    /// Asks for one local thing.
    public init(_ kind: Kind, _ source: Source, span: SourceSpan?) {
        self.kind = kind
        self.source = source
        self.span = span
    }
}
