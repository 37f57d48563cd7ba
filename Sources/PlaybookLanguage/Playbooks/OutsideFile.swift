import SourceText

/// Reads a file of names and plain values: what `--inputs` and `--vars` name.
enum OutsideFile {
    /// The entries in order, with their values; mistakes go to the collector.
    static func read(
        _ file: SourceFile, _ what: String, _ diagnostics: inout Diagnostics
    ) -> [(name: String, value: Value, span: SourceSpan, text: String?)] {
        guard let root = Document.read(file, &diagnostics)?.root else { return [] }
        guard let entries = root.mapping else {
            if root.isNull { return [] }
            diagnostics.error(
                "wrong-type", "a file of \(what) is a mapping of names, this is \(root.phrase)", at: root.span,
                help: "write `NAME: VALUE` on each line")
            return []
        }
        reportRepeatedKeys(root, &diagnostics)
        var values: [(name: String, value: Value, span: SourceSpan, text: String?)] = []
        for entry in entries {
            guard let value = plain(entry.value, &diagnostics) else { continue }
            // A text keeps what a number would lose: 1.10.
            let text = entry.value.isNull ? nil : entry.value.text
            values.append((entry.name, value, entry.value.span, text))
        }
        return values
    }

    private static func plain(_ node: Node, _ diagnostics: inout Diagnostics) -> Value? {
        let source = ValueSource(reading: node, asText: false, names: NameTable(), &diagnostics)
        guard let value = source.literal else {
            diagnostics.error("wrong-type", "only plain values can stand here, no `${{ }}`", at: node.span)
            return nil
        }
        return value
    }
}
