/// Builds the tree of an expression: operators by strength, one token of lookahead.
struct ExpressionParser {
    private var lexer: ExpressionLexer
    private var token: Token
    private var depth = 0

    init(bytes: [UInt8], range: Range<Int>) throws(TermError) {
        lexer = ExpressionLexer(bytes: bytes, range: range)
        token = try lexer.next()
    }

    /// The whole text as one expression.
    mutating func whole() throws(TermError) -> Term {
        guard token.kind != .end else { throw TermError(.syntax, "an expression is missing", at: token.range) }
        let term = try expression(0)
        guard token.kind == .end else {
            throw TermError(.syntax, "unexpected \(described(token))", at: token.range, help: missingOperatorHelp())
        }
        return term
    }

    private mutating func expression(_ strength: Int, isCondition: Bool = false) throws(TermError) -> Term {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Expression.maximumDepth else {
            throw TermError(.tooLarge, "the expression is nested too deeply", at: token.range)
        }
        var left = try prefix()
        var compared = false
        while let (operation, range) = try infix(strongerThan: strength) {
            if operation.strength == 4 {
                guard !compared else {
                    throw TermError(
                        .syntax, "comparisons cannot be chained", at: range, help: "join them: a < b and b < c")
                }
                compared = true
            }
            let right = try expression(operation.strength)
            left = try joined(operation, left, right)
        }
        let isChoice = strength == 0 && !isCondition && token.kind == .sign("if")
        return isChoice ? try choice(of: left) : left
    }

    /// `a if condition else b`, once `a` was read; more choices may follow behind `else`.
    private mutating func choice(of value: Term) throws(TermError) -> Term {
        try advance()
        let condition = try expression(0, isCondition: true)
        guard token.kind == .sign("else") else {
            throw TermError(
                .syntax, "expected `else`, found \(described(token))", at: token.range,
                help: "write `a if condition else b`")
        }
        try advance()
        let otherwise = try expression(0)
        let range = value.range.lowerBound..<otherwise.range.upperBound
        return Term(shape: .choice(condition, value, otherwise), range: range)
    }

    /// Takes the operator at hand when it binds more strongly than the one before.
    private mutating func infix(strongerThan strength: Int) throws(TermError) -> (Operator, Range<Int>)? {
        guard case .sign(let sign) = token.kind else { return nil }
        if sign == "not" {
            guard 4 > strength else { return nil }
            let range = token.range
            try advance()
            guard token.kind == .sign("in") else {
                throw TermError(
                    .syntax, "expected `in` after `not`", at: range, help: "write `not` before the comparison")
            }
            try advance()
            return (.notIn, range)
        }
        guard let operation = Operator(rawValue: sign), operation.strength > strength else { return nil }
        let range = token.range
        try advance()
        return (operation, range)
    }

    private func joined(_ operation: Operator, _ left: Term, _ right: Term) throws(TermError) -> Term {
        let range = left.range.lowerBound..<right.range.upperBound
        if operation == .matches, case .literal(.text(let text)) = right.shape {
            do {
                return Term(shape: .matches(left, try Pattern(text)), range: range)
            } catch {
                throw TermError(.syntax, error.message, at: right.range, help: error.help)
            }
        }
        return Term(shape: .binary(operation, left, right), range: range)
    }

    private mutating func prefix() throws(TermError) -> Term {
        guard case .sign(let sign) = token.kind, sign == "not" || sign == "-" else { return try postfix() }
        let start = token.range.lowerBound
        try advance()
        // `not a == b` means `not (a == b)`; `-a * b` means `(-a) * b`.
        let operand = try expression(sign == "not" ? 3 : 7)
        let range = start..<operand.range.upperBound
        if sign == "-", case .literal(.integer(let value)) = operand.shape {
            return Term(shape: .literal(.integer(-value)), range: range)
        }
        return Term(shape: sign == "not" ? .not(operand) : .negative(operand), range: range)
    }

    private mutating func postfix() throws(TermError) -> Term {
        var term = try primary()
        var length = 0
        while case .sign(let sign) = token.kind, sign == "." || sign == "[" {
            length += 1
            guard length <= Expression.maximumDepth else {
                throw TermError(.tooLarge, "the expression is nested too deeply", at: token.range)
            }
            try advance()
            if sign == "." {
                let (name, range) = try fieldName()
                term = Term(shape: .field(term, name), range: term.range.lowerBound..<range.upperBound)
            } else {
                let index = try expression(0)
                let end = try expect("]")
                term = Term(shape: .index(term, index), range: term.range.lowerBound..<end)
            }
        }
        return term
    }

    /// After a point, words such as `in` and `true` are plain names.
    private mutating func fieldName(expecting expected: String = "a name after `.`") throws(TermError) -> (
        String, Range<Int>
    ) {
        let range = token.range
        let name: String
        switch token.kind {
        case .name(let word): name = word
        case .sign(let word) where ExpressionLexer.words.contains(word): name = word
        case .literal(.boolean(let value)): name = value ? "true" : "false"
        case .literal(.null): name = "null"
        default: throw TermError(.syntax, "expected \(expected)", at: range)
        }
        try advance()
        return (name, range)
    }

    private mutating func primary() throws(TermError) -> Term {
        let start = token
        switch start.kind {
        case .literal(let value):
            try advance()
            return Term(shape: .literal(value), range: start.range)
        case .name(let name):
            try advance()
            if token.kind == .sign("(") { return try call(name, start.range) }
            return Term(shape: .name(name), range: start.range)
        case .sign("("):
            try advance()
            let inner = try expression(0)
            let end = try expect(")")
            return Term(shape: inner.shape, range: start.range.lowerBound..<end)
        case .sign("["):
            try advance()
            let (members, end) = try list(closedBy: "]")
            return Term(shape: .list(members), range: start.range.lowerBound..<end)
        case .sign("{"):
            try advance()
            let (members, end) = try mapping()
            return Term(shape: .map(members), range: start.range.lowerBound..<end)
        default:
            throw TermError(.syntax, "expected a value, found \(described(start))", at: start.range)
        }
    }

    private mutating func call(_ name: String, _ range: Range<Int>) throws(TermError) -> Term {
        guard let function = Function(rawValue: name) else {
            throw TermError(
                .unknownName, "unknown function `\(name)`", at: range,
                help: Function.suggestion(for: name))
        }
        try advance()
        let (arguments, end) = try list(closedBy: ")")
        let wanted = function.parameters
        guard function.accepts(count: arguments.count) else {
            throw TermError(
                .syntax, "\(name)() takes \(function.countPhrase), not \(arguments.count)", at: range.lowerBound..<end,
                help: "\(name)(\(wanted.map(\.name).joined(separator: ", ")))")
        }
        return Term(shape: .call(function, arguments), range: range.lowerBound..<end)
    }

    private mutating func list(closedBy close: String) throws(TermError) -> ([Term], Int) {
        var members: [Term] = []
        while token.kind != .sign(close) {
            members.append(try expression(0))
            guard token.kind == .sign(",") else { break }
            try advance()
        }
        return (members, try expect(close))
    }

    /// The entries of a mapping up to its brace: `{ name: value, 'any text': value }`.
    private mutating func mapping() throws(TermError) -> ([Term.Member], Int) {
        var members: [Term.Member] = []
        while token.kind != .sign("}") {
            let (name, range) = try memberName()
            guard !members.contains(where: { $0.name == name }) else {
                throw TermError(.syntax, "the name `\(name)` stands twice in the mapping", at: range)
            }
            _ = try expect(":")
            members.append(Term.Member(name: name, value: try expression(0)))
            guard token.kind == .sign(",") else { break }
            try advance()
        }
        return (members, try expect("}"))
    }

    private mutating func memberName() throws(TermError) -> (String, Range<Int>) {
        guard case .literal(.text(let name)) = token.kind else { return try fieldName(expecting: "a name or a text") }
        let range = token.range
        try advance()
        return (name, range)
    }

    /// Takes a closing bracket and answers where it ends.
    private mutating func expect(_ sign: String) throws(TermError) -> Int {
        guard token.kind == .sign(sign) else {
            throw TermError(.syntax, "expected `\(sign)`, found \(described(token))", at: token.range)
        }
        let end = token.range.upperBound
        try advance()
        return end
    }

    private mutating func advance() throws(TermError) { token = try lexer.next() }

    private func described(_ token: Token) -> String {
        switch token.kind {
        case .end: "the end"
        case .name(let name): "`\(name)`"
        case .sign(let sign): "`\(sign)`"
        case .literal(.text): "a text"
        case .literal(let value): "`\(value.textForm ?? "null")`"
        }
    }

    private func missingOperatorHelp() -> String? {
        switch token.kind {
        case .name("is"): "to compare, write `==`"
        case .name, .literal: "an operator is missing: and or == != < <= > >= in matches + - * / %"
        default: nil
        }
    }
}
