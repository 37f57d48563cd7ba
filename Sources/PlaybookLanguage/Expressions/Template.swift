public import SourceText

/// Text with `${{ }}` in it.
public struct Template: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case text(String)
        case expression(Expression)
    }

    let pieces: [Piece]
    /// Where the whole stands.
    public let span: SourceSpan

    init(pieces: [Piece], span: SourceSpan) {
        self.pieces = pieces
        self.span = span
    }

    /// A text without expressions.
    public init(literal: String, at span: SourceSpan? = nil) {
        self.init(pieces: literal.isEmpty ? [] : [.text(literal)], span: span ?? .whole(literal, named: "text"))
    }

    /// The text, when it holds no expression.
    public var literal: String? {
        if pieces.isEmpty { return "" }
        guard pieces.count == 1, case .text(let text) = pieces[0] else { return nil }
        return text
    }

    /// The only expression, when the text is nothing else; its value then keeps its type.
    var soleExpression: Expression? {
        guard pieces.count == 1, case .expression(let expression) = pieces[0] else { return nil }
        return expression
    }

    /// The text as it was written, expressions included; for headings before the values are known.
    public var source: String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .expression(let expression): expression.sourceText
            }
        }.joined()
    }

    /// The text on one phone.
    ///
    /// - Throws: What the expressions throw, and `nullInText` when one has no value.
    public func text(in scope: Scope) throws(PlaybookError) -> String {
        var evaluation = Evaluation(scope: scope)
        return try text(&evaluation)
    }

    func text(_ evaluation: inout Evaluation) throws(PlaybookError) -> String {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .expression(let expression):
                let value = try evaluation.value(of: expression)
                guard let text = value.textForm else { throw Self.unspellable(value, expression.span) }
                result += text
            }
            guard result.utf8.count <= Evaluation.maximumTextLength else {
                throw PlaybookError(.tooLarge, "the text gets longer than 1 MiB", at: span)
            }
        }
        return result
    }

    static func unspellable(_ value: Value, _ span: SourceSpan) -> PlaybookError {
        switch value {
        case .null:
            PlaybookError(
                .nullInText, "this is null, which cannot stand inside a text", at: span,
                help: "default(x, 'otherwise') gives it a value")
        case .list:
            PlaybookError(
                .wrongType, "a list cannot stand inside a text", at: span, help: "join(list, ' ') makes a text of it")
        default: PlaybookError(.wrongType, "\(value.type.phrase) cannot stand inside a text", at: span)
        }
    }
}

extension Template {
    /// Cuts a scalar into text and expressions; mistakes go to the collector, what is sound is kept.
    init(reading node: Node, _ diagnostics: inout Diagnostics) {
        let origin = node.origin
        let bytes = Array(origin.text.utf8)
        var pieces: [Piece] = []
        var place = 0
        while let open = Self.find("${{", in: bytes, from: place) {
            if open > place { pieces.append(.text(String(decoding: bytes[place..<open], as: UTF8.self))) }
            guard let close = Self.closing(in: bytes, from: open + 3) else {
                diagnostics.error(
                    "expression-syntax", "`${{` is not closed", at: origin.span(of: open..<open + 3),
                    help: "an expression ends with `}}`")
                self.init(pieces: pieces, span: node.span)
                return
            }
            do {
                pieces.append(.expression(try Expression(parsing: open + 3..<close, of: origin)))
            } catch {
                diagnostics.add(error.diagnostic)
            }
            place = close + 2
        }
        if place < bytes.count { pieces.append(.text(String(decoding: bytes[place...], as: UTF8.self))) }
        self.init(pieces: pieces, span: node.span)
    }

    /// Checks every expression of the text.
    func check(_ names: NameTable, _ diagnostics: inout Diagnostics) {
        for case .expression(let expression) in pieces {
            let type = TypeCheck.type(of: expression, names: names, &diagnostics)
            if [.null, .list, .map].contains(type) {
                let value: Value = type == .list ? .list([]) : (type == .map ? .map([:]) : .null)
                diagnostics.add(Self.unspellable(value, expression.span).diagnostic)
            }
        }
    }

    static func find(_ word: String, in bytes: [UInt8], from start: Int) -> Int? {
        let wanted = Array(word.utf8)
        guard bytes.count >= wanted.count, start <= bytes.count - wanted.count else { return nil }
        return (start...bytes.count - wanted.count).first { offset in
            bytes[offset] == wanted[0] && bytes[offset..<offset + wanted.count].elementsEqual(wanted)
        }
    }

    /// The `}}` that ends an expression; one inside a quoted text does not.
    private static func closing(in bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        var quote: UInt8?
        while place + 1 < bytes.count {
            let byte = bytes[place]
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") { place += 1 }
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "}"), bytes[place + 1] == byte {
                return place
            }
            place += 1
        }
        // An unclosed quote is better told from inside the expression.
        return quote == nil ? nil : find("}}", in: bytes, from: start)
    }
}

extension Expression {
    /// The expression as it was written, with its `${{ }}`.
    var sourceText: String {
        let bytes = Array(origin.text.utf8)
        return "${{ \(String(decoding: bytes[root.range], as: UTF8.self)) }}"
    }
}
