import Secrets
import Farm
import SourceText

/// One evaluation on one phone, with a bound on the work it may do.
struct Evaluation {
    let scope: Scope
    /// How many nodes may still be visited; variables can refer to variables, so the tree's size is no bound.
    private var fuel = 20_000
    var variableDepth = 0
    private var origin: TextOrigin?

    static let maximumTextLength = 1 << 20

    init(scope: Scope) { self.scope = scope }

    mutating func value(of expression: Expression) throws(PlaybookError) -> Value {
        let outer = origin
        origin = expression.origin
        defer { origin = outer }
        return try value(of: expression.root)
    }

    mutating func value(of term: Term) throws(PlaybookError) -> Value {
        try spend(1, term)
        switch term.shape {
        case .literal(let value): return value
        case .list(let members):
            var values: [Value] = []
            values.reserveCapacity(members.count)
            for member in members { values.append(try value(of: member)) }
            return try weighed(.list(values), term)
        case .map(let members):
            var values: [String: Value] = [:]
            for member in members { values[member.name] = try value(of: member.value) }
            return try weighed(.map(values), term)
        case .name(let name): return try root(name, term)
        case .field(let base, let name): return try field(name, of: base, term)
        case .index(let base, let index): return try element(index, of: base)
        case .not(let operand): return try truth(of: operand).map { .boolean(!$0) } ?? .unknown
        case .negative(let operand): return try negated(operand)
        case .matches(let operand, let pattern): return try matches(operand, pattern)
        case .binary(let operation, let left, let right): return try binary(operation, left, right, term)
        case .choice(let condition, let value, let otherwise):
            guard let truth = try truth(of: condition) else { return .unknown }
            return try self.value(of: truth ? value : otherwise)
        case .call(let function, let arguments): return try call(function, arguments, term)
        }
    }

    // MARK: Bounds

    /// Counts work; whoever does too much of it is stopped.
    mutating func spend(_ work: Int, _ term: Term) throws(PlaybookError) {
        fuel -= work
        guard fuel > 0 else { throw error(.tooLarge, "this takes too much work to compute", term) }
    }

    /// Counts what it costs to look through a value, and refuses one that is too large.
    mutating func weighed(_ value: Value, _ term: Term) throws(PlaybookError) -> Value {
        switch value {
        case .list, .map:
            guard let weight = value.weight else {
                throw error(.tooLarge, value.tooLarge, term)
            }
            try spend(weight / 8, term)
        case .text(let text):
            guard text.utf8.count <= Self.maximumTextLength else {
                throw error(.tooLarge, "the text gets longer than 1 MiB", term)
            }
            try spend(text.utf8.count >> 12, term)
        default: break
        }
        return value
    }

    // MARK: Operators

    /// Whether something is true; nil when only the run will show.
    mutating func truth(of term: Term) throws(PlaybookError) -> Bool? {
        switch try value(of: term) {
        case .boolean(let truth): return truth
        case .unknown: return nil
        case let value:
            throw error(.wrongType, "true or false is needed here, this is \(value.type.phrase)", term)
        }
    }

    private mutating func matches(_ operand: Term, _ pattern: Pattern) throws(PlaybookError) -> Value {
        switch try value(of: operand) {
        case .text(let text): return .boolean(pattern.matches(text))
        case .secret(let secret): return .boolean(secret.reveal { pattern.matches($0) })
        case .null: return .boolean(false)
        case .unknown: return .unknown
        case let value: throw error(.wrongType, "`matches` looks at a text, this is \(value.type.phrase)", operand)
        }
    }

    private func compiled(_ text: String, _ term: Term) throws(PlaybookError) -> Pattern {
        do throws(TextMistake) {
            return try Pattern(text)
        } catch {
            throw self.error(.syntax, error.message, term, help: error.help)
        }
    }

    private mutating func negated(_ operand: Term) throws(PlaybookError) -> Value {
        switch try value(of: operand) {
        case .integer(let value) where value != .min: return .integer(-value)
        case .number(let value): return .number(-value)
        case .unknown: return .unknown
        case let value: throw error(.wrongType, "`-` needs a number, this is \(value.type.phrase)", operand)
        }
    }

    /// `and` and `or`: one deciding side decides, whatever is not known of the other.
    private mutating func logic(deciding: Bool, _ left: Term, _ right: Term) throws(PlaybookError) -> Value {
        let first = try truth(of: left)
        if first == deciding { return .boolean(deciding) }
        guard first == nil else { return try truth(of: right).map { .boolean($0) } ?? .unknown }
        // The right side may make sense only where the left one lets it.
        let second: Bool?
        do throws(PlaybookError) {
            second = try truth(of: right)
        } catch {
            second = nil
        }
        return second == deciding ? .boolean(deciding) : .unknown
    }

    private mutating func binary(
        _ operation: Operator, _ left: Term, _ right: Term, _ term: Term
    ) throws(PlaybookError) -> Value {
        if operation == .and || operation == .or {
            return try logic(deciding: operation == .or, left, right)
        }
        let (first, second) = (try value(of: left), try value(of: right))
        if scope.allowsUnknown, first.holdsUnknown || second.holdsUnknown { return .unknown }
        switch operation {
        case .equal: return .boolean(equal(first, second))
        case .notEqual: return .boolean(!equal(first, second))
        case .isIn: return .boolean(try contains(second, first, right))
        case .notIn: return .boolean(try !contains(second, first, right))
        case .matches:
            guard case .text(let text) = second else {
                throw error(.wrongType, "`matches` needs a pattern, this is \(second.type.phrase)", right)
            }
            return try matches(left, try compiled(text, right))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let order = compare(first, second) else {
                let what = "\(first.type.phrase) and \(second.type.phrase)"
                throw error(.wrongType, "\(what) have no order", term)
            }
            switch operation {
            case .less: return .boolean(order < 0)
            case .lessOrEqual: return .boolean(order <= 0)
            case .greater: return .boolean(order > 0)
            default: return .boolean(order >= 0)
            }
        default:
            let result: Value
            do throws(Arithmetic.Mistake) {
                result = try Arithmetic.result(operation, first, second)
            } catch {
                throw self.error(error.code, error.message, term, help: error.help)
            }
            return try weighed(result, term)
        }
    }

    private func contains(_ whole: Value, _ part: Value, _ term: Term) throws(PlaybookError) -> Bool {
        switch (whole.revealed, part.revealed) {
        case (.list(let list), let part): return list.contains { equal($0, part) }
        case (.text(let text), .text(let part)): return text.contains(part)
        case (.map(let map), .text(let key)): return map[key] != nil
        default:
            throw error(.wrongType, "`in` looks into a list, a text or a mapping, this is \(whole.type.phrase)", term)
        }
    }

    private mutating func call(
        _ function: Function, _ arguments: [Term], _ term: Term
    ) throws(PlaybookError) -> Value {
        var values: [Value] = []
        for argument in arguments { values.append(try value(of: argument)) }
        if scope.allowsUnknown, values.contains(where: \.holdsUnknown) { return .unknown }
        if function.costsItsText {
            for value in values { if case .text(let text) = value { try spend(text.utf8.count >> 8, term) } }
        }
        let result: Value
        do throws(FunctionMistake) {
            let vault = scope.shared.vault
            if function.opensSecrets, !vault.isEmpty, let secret = values.lazy.compactMap(\.firstSecret).first {
                result = try function.apply(toSecrets: values, namedAs: secret, vault)
            } else {
                result = try function.apply(values)
            }
        } catch {
            throw self.error(.wrongType, error.message, arguments[min(error.index, arguments.count - 1)])
        }
        return try weighed(result, term)
    }

    func error(
        _ code: PlaybookError.Code, _ message: String, _ term: Term, help: String? = nil
    ) -> PlaybookError {
        PlaybookError(code, message, at: origin?.span(of: term.range), help: help)
    }
}
