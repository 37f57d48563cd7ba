import Secrets
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

    /// The text on one phone as people may see it: secrets are masked, and what is not known yet is `‹unknown›`.
    ///
    /// - Throws: What the expressions throw, and `nullInText` when one has no value.
    public func text(in scope: Scope) throws(PlaybookError) -> String {
        var evaluation = Evaluation(scope: scope)
        return try filled(&evaluation) { value in
            switch value {
            case .secret(let secret): secret.mask
            case .unknown: "‹unknown›"
            default: value.textForm
            }
        }
    }

    /// The text on one phone as a value: with a secret in it, it is one itself.
    func value(_ evaluation: inout Evaluation) throws(PlaybookError) -> Value {
        var secret: Secret?
        var isKnown = true
        let text = try filled(&evaluation) { value in
            if secret == nil, case .secret(let found) = value { secret = found }
            if value == .unknown { isKnown = false }
            return value == .unknown ? "" : value.spelling
        }
        guard isKnown else { return .unknown }
        return secret.map { .secret(Secret(name: $0.name, text)) } ?? .text(text)
    }

    private func filled(
        _ evaluation: inout Evaluation, _ spelled: (Value) -> String?
    ) throws(PlaybookError) -> String {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .expression(let expression):
                let value = try evaluation.value(of: expression)
                guard let text = spelled(value) else { throw Self.unspellable(value, expression.span) }
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

    /// Whether what comes out of it may hold a secret, as far as it is known.
    func holdsSecret(_ names: NameTable) -> Bool {
        pieces.contains { piece in
            guard case .expression(let expression) = piece else { return false }
            var ignored = Diagnostics()
            return TypeCheck.type(of: expression, names: names, &ignored) == .secret
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
        var braces = 0
        while place < bytes.count {
            let byte = bytes[place]
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") { place += 1 }
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "{") {
                braces += 1
            } else if byte == UInt8(ascii: "}") {
                if braces == 0, place + 1 < bytes.count, bytes[place + 1] == byte { return place }
                braces = max(0, braces - 1)
            }
            place += 1
        }
        // An unclosed quote or brace is better told from inside the expression.
        return quote == nil && braces == 0 ? nil : find("}}", in: bytes, from: start)
    }
}

extension Expression {
    /// The expression as it was written, with its `${{ }}`.
    var sourceText: String {
        let bytes = Array(origin.text.utf8)
        return "${{ \(String(decoding: bytes[root.range], as: UTF8.self)) }}"
    }
}
