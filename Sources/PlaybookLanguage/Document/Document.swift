public import SourceText

/// A YAML document as our own tree, every node with its place.
public struct Document: Sendable {
    /// The text it was read from.
    public let file: SourceFile
    /// The outermost node.
    public let root: Node

    /// Larger files are refused, in bytes.
    public static let maximumSize = 4 << 20
    /// Deeper nesting is refused.
    public static let maximumDepth = 64

    /// Reads a document; nil, and mistakes noted, when it is not sound YAML of the kind that is allowed here.
    public static func read(_ file: SourceFile, _ diagnostics: inout Diagnostics) -> Document? {
        guard file.bytes.count <= maximumSize else {
            diagnostics.error("too-large", "the file is larger than 4 MiB", at: file.span(0..<0))
            return nil
        }
        if let offset = file.firstInvalidByte {
            diagnostics.error(
                "not-utf8", "this byte is not UTF-8", at: file.span(offset..<offset + 1), help: "save the file as UTF-8"
            )
            return nil
        }
        var screen = YAMLScreen(file)
        screen.run()
        diagnostics.add(contentsOf: screen.diagnostics)
        guard !screen.diagnostics.hasErrors else { return nil }
        guard let root = YAMLComposer.compose(file, &diagnostics) else { return nil }
        return Document(file: file, root: root)
    }
}
