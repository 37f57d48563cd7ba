import Secrets
public import SourceText

/// A shell line with `${{ }}` in it: every value is quoted for the shell, unless it is written `raw(x)`.
public struct ShellTemplate: Hashable, Sendable {
    private let template: Template

    /// Where it stands.
    public var span: SourceSpan { template.span }

    /// The line as it was written.
    public var source: String { template.source }

    /// The line, when it holds no expression.
    public var literal: String? { template.literal }

    /// A line that is final, such as the words of `drover exec`.
    public init(literal: String) { template = Template(literal: literal) }

    /// The line for one phone, secrets included unless the scope is for people.
    ///
    /// - Throws: What the expressions throw, `nullInText`, `notKnownYet`, and `unsafeText` for a value with a NUL in it.
    public func line(in scope: Scope) throws(PlaybookError) -> String {
        var evaluation = Evaluation(scope: scope)
        var line = ""
        for piece in template.pieces {
            switch piece {
            case .text(let text): line += text
            case .expression(let expression):
                let value = try evaluation.value(of: expression)
                if scope.isForPeople, case .secret(let secret) = value {
                    line += secret.mask
                } else {
                    line += try Self.word(scope.isForPeople ? value.masked : value, expression)
                }
            }
            guard line.utf8.count <= Evaluation.maximumTextLength else {
                throw PlaybookError(.tooLarge, "the shell line gets longer than 1 MiB", at: span)
            }
        }
        try scope.checkKept(line, at: span)
        guard !line.utf8.contains(0) else {
            throw PlaybookError(.unsafeText, "a shell line cannot hold a NUL", at: span)
        }
        return line
    }

    private static func word(_ value: Value, _ expression: Expression) throws(PlaybookError) -> String {
        if value.holdsUnknown { throw PlaybookError.notKnownYet(at: expression.span) }
        if case .map = value { throw Template.unspellable(value, expression.span) }
        if value == .null { throw Template.unspellable(value, expression.span) }
        if expression.isQuotedByItself, let text = value.spelling { return text }
        guard let word = ShellQuoting.quoted(value) else {
            throw PlaybookError(.unsafeText, "this value cannot be put into a shell line", at: expression.span)
        }
        return word
    }
}

extension ShellTemplate {
    /// Reads a shell line; an expression inside quotes is a mistake, since it brings its own.
    init(reading node: Node, names: NameTable, _ diagnostics: inout Diagnostics) {
        template = Template(reading: node, &diagnostics)
        var quote: UInt8?
        for piece in template.pieces {
            switch piece {
            case .text(let text): quote = Self.quote(after: text, within: quote)
            case .expression(let expression):
                let type = TypeCheck.type(of: expression, names: names, &diagnostics)
                if type == .null || type == .map {
                    diagnostics.add(Template.unspellable(type == .null ? .null : .map([:]), expression.span).diagnostic)
                }
                guard quote != nil, !expression.isQuotedByItself else { continue }
                diagnostics.error(
                    "quoted-expression", "this value stands inside quotes, but it brings its own", at: expression.span,
                    help: "leave out the quotes around ${{ }}, or write raw(x) if the value is safe inside them")
            }
        }
    }

    /// Which quote is open after a piece of shell text.
    private static func quote(after text: String, within start: UInt8?) -> UInt8? {
        var quote = start
        var isEscaped = false
        var isComment = false
        var previous = UInt8(ascii: " ")
        for byte in text.utf8 {
            defer { previous = byte }
            if isComment {
                isComment = byte != 0x0A
            } else if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "#"), quote == nil, previous <= 0x20 || previous == UInt8(ascii: ";") {
                isComment = true
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                isEscaped = true
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            }
        }
        return quote
    }
}

extension Expression {
    /// Whether the value says itself how it wants to stand in a shell line.
    var isQuotedByItself: Bool {
        guard case .call(let function, _) = root.shape else { return false }
        return function == .raw || function == .quote
    }
}
