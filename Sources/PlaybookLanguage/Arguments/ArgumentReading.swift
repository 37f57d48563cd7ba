import SourceText

extension Argument {
    /// Reads an argument from its node; nil, and a mistake noted, when it can never be what is needed.
    init?(
        reading node: Node, named key: String, _ kind: ArgumentKind<Result>, names: NameTable,
        _ diagnostics: inout Diagnostics
    ) {
        if node.isNull, !kind.types.contains(.null) {
            diagnostics.error(
                "wrong-type", "`\(key)` is empty, \(kind.phrase) is needed", at: node.span,
                help: "leave the key out, or give it a value")
            return nil
        }
        if node.mapping != nil, !kind.types.contains(.map) {
            diagnostics.error("wrong-type", "`\(key)` is \(kind.phrase), this is a mapping", at: node.span)
            return nil
        }
        if node.sequence != nil, !kind.types.contains(.list) {
            diagnostics.error("wrong-type", "`\(key)` is \(kind.phrase), this is a list", at: node.span)
            return nil
        }
        var found = Diagnostics()
        let source = ValueSource(reading: node, asText: kind.isText, names: names, &found)
        diagnostics.add(contentsOf: found)
        if found.hasErrors { return nil }
        guard let value = source.literal else {
            self.init(computed: source, node: node, named: key, kind, names: names, &diagnostics)
            return
        }
        do {
            self.init(source, literal: try kind.convert(value), kind: kind, span: node.span)
        } catch {
            diagnostics.error("wrong-type", "`\(key)`: \(error.message)", at: node.span, help: error.help)
            return nil
        }
    }

    private init?(
        computed source: ValueSource, node: Node, named key: String, _ kind: ArgumentKind<Result>, names: NameTable,
        _ diagnostics: inout Diagnostics
    ) {
        let type = source.type(names, &diagnostics)
        guard type == .any || kind.types.contains(type) else {
            diagnostics.error("wrong-type", "`\(key)` is \(kind.phrase), this is \(type.phrase)", at: node.span)
            return nil
        }
        self.init(source, literal: nil, kind: kind, span: node.span)
    }
}
