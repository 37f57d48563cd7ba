public import SourceText

/// How a scalar was written.
public enum ScalarStyle: Hashable, Sendable {
    /// Without quotes.
    case plain
    /// In single quotes.
    case singleQuoted
    /// In double quotes.
    case doubleQuoted
    /// A block after `|`.
    case literal
    /// A block after `>`.
    case folded
}

/// One node of a YAML document, with its place.
public struct Node: Sendable {
    /// One key with its value.
    public struct Entry: Sendable {
        /// The key, always a scalar.
        public let key: Node
        /// The text of the key.
        public let name: String
        /// The value.
        public let value: Node
    }

    /// What a node holds.
    public enum Content: Sendable {
        /// A text and how it was written.
        case scalar(String, ScalarStyle)
        /// Nodes in order.
        case sequence([Node])
        /// Keys with values in order; a key that occurs twice is kept twice.
        case mapping([Entry])
    }

    /// What it holds.
    public let content: Content
    /// The raw text it was read from, quotes included.
    public let span: SourceSpan

    /// Makes a node.
    public init(_ content: Content, at span: SourceSpan) {
        self.content = content
        self.span = span
    }

    /// The text of a scalar.
    public var text: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// The members of a sequence.
    public var sequence: [Node]? {
        guard case .sequence(let nodes) = content else { return nil }
        return nodes
    }

    /// The entries of a mapping.
    public var mapping: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The value of a key of a mapping; the first when it occurs twice.
    public subscript(name: String) -> Node? {
        mapping?.first { $0.name == name }?.value
    }

    /// Whether nothing was written: an empty plain scalar, `~` or `null`.
    public var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The node in a sentence: `a text`, `a list`, `a mapping`, `nothing`.
    public var phrase: String {
        switch content {
        case .scalar: isNull ? "nothing" : (coreValue?.type ?? .text).phrase
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// Where a part of the scalar's text stands in the file; offsets are UTF-8 bytes of ``text``.
    var origin: TextOrigin {
        guard case .scalar(let text, let style) = content else {
            return TextOrigin(span: span, text: "", style: .plain)
        }
        return TextOrigin(span: span, text: text, style: style)
    }
}
