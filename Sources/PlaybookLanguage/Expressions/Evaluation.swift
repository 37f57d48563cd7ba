import Farm

/// One evaluation on one phone, with a bound on the work it may do.
struct Evaluation {
    let scope: Scope
    /// How many nodes may still be visited; variables can refer to variables, so the tree's size is no bound.
    private var fuel = 20_000
    private var variableDepth = 0
    private var origin: TextOrigin?

    static let maximumTextLength = 1 << 20

    init(scope: Scope) { self.scope = scope }

    mutating func value(of expression: Expression) throws(PlaybookError) -> Value {
        let outer = origin
        origin = expression.origin
        defer { origin = outer }
        return try value(of: expression.root)
    }

    private mutating func value(of term: Term) throws(PlaybookError) -> Value {
        fuel -= 1
        guard fuel > 0 else { throw error(.tooLarge, "this takes too much work to compute", term) }
        switch term.shape {
        case .literal(let value): return value
        case .list(let members):
            var values: [Value] = []
            for member in members { values.append(try value(of: member)) }
            return .list(values)
        case .name(let name): return try root(name, term)
        case .field(let base, let name): return try field(name, of: base, term)
        case .index(let base, let index): return try element(index, of: base)
        case .not(let operand): return .boolean(try !truth(of: operand))
        case .negative(let operand): return try negated(operand)
        case .matches(let operand, let pattern): return .boolean(try matches(operand, pattern))
        case .binary(let operation, let left, let right): return try binary(operation, left, right, term)
        case .call(let function, let arguments): return try call(function, arguments, term)
        }
    }

    // MARK: Names

    private mutating func root(_ name: String, _ term: Term) throws(PlaybookError) -> Value {
        switch name {
        case "inputs": return .map(scope.inputsInside ?? scope.shared.inputs)
        case "item": return try known(scope.item, "`item` outside of a loop", term)
        case "index": return .integer(Int64(try known(scope.index, "`index` outside of a loop", term)))
        case "result": return .map(try known(scope.result, "`result` here", term))
        case "failure": return .map(try known(scope.failure, "`failure` here", term))
        case "counts": return .map(try known(scope.counts, "`counts` here", term))
        case "env": return .map(scope.shared.environment)
        case "phone": return .map(scope.phone)
        case "steps": return .map(scope.steps)
        default: throw error(.unknownName, "unknown name `\(name)`", term, help: nil)
        }
    }

    private mutating func field(_ name: String, of base: Term, _ term: Term) throws(PlaybookError) -> Value {
        // The roots are asked directly: no map of everything is built for one name.
        if case .name(let root) = base.shape {
            switch root {
            case "vars": return try variable(name, term)
            case "inputs":
                return try known((scope.inputsInside ?? scope.shared.inputs)[name], "input `\(name)`", term)
            case "env": return scope.shared.environment[name] ?? .null
            case "phone": return scope.phone[name] ?? .null
            case "steps": return try known(scope.steps[name], "step `\(name)`", term)
            default: break
            }
        }
        let whole = try value(of: base)
        guard case .map(let map) = whole else {
            throw error(.wrongType, "\(whole.type.phrase) has no field `\(name)`", base)
        }
        return map[name] ?? .null
    }

    private func known<Known>(_ value: Known?, _ what: String, _ term: Term) throws(PlaybookError) -> Known {
        guard let value else { throw error(.unknownName, "there is no \(what)", term) }
        return value
    }

    private mutating func variable(_ name: String, _ term: Term) throws(PlaybookError) -> Value {
        guard let definition = scope.definition(ofVariable: name) else {
            throw error(.unknownName, "there is no variable `\(name)` for this phone", term)
        }
        switch definition {
        case .value(let value): return value
        case .argument(let argument):
            guard variableDepth < 32 else {
                throw error(.tooLarge, "the variable `\(name)` refers to itself, or through too many others", term)
            }
            variableDepth += 1
            defer { variableDepth -= 1 }
            return try argument.value(&self)
        }
    }

    private mutating func element(_ index: Term, of base: Term) throws(PlaybookError) -> Value {
        if case .literal(.text(let name)) = index.shape { return try field(name, of: base, base) }
        switch (try value(of: base), try value(of: index)) {
        case (.list(let list), .integer(let place)):
            let offset = place < 0 ? Int64(list.count) + place : place
            guard offset >= 0, offset < list.count else {
                throw error(.wrongType, "the list has \(list.count) members, there is none at \(place)", index)
            }
            return list[Int(offset)]
        case (.map(let map), .text(let name)): return map[name] ?? .null
        case (let whole, let key):
            throw error(.wrongType, "\(whole.type.phrase) cannot be asked for \(key.type.phrase)", index)
        }
    }

    // MARK: Operators

    mutating func truth(of term: Term) throws(PlaybookError) -> Bool {
        let value = try value(of: term)
        guard case .boolean(let truth) = value else {
            throw error(.wrongType, "true or false is needed here, this is \(value.type.phrase)", term)
        }
        return truth
    }

    private mutating func matches(_ operand: Term, _ pattern: Pattern) throws(PlaybookError) -> Bool {
        switch try value(of: operand) {
        case .text(let text): return pattern.matches(text)
        case .null: return false
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
        case let value: throw error(.wrongType, "`-` needs a number, this is \(value.type.phrase)", operand)
        }
    }

    private mutating func binary(
        _ operation: Operator, _ left: Term, _ right: Term, _ term: Term
    ) throws(PlaybookError) -> Value {
        switch operation {
        case .and:
            guard try truth(of: left) else { return .boolean(false) }
            return .boolean(try truth(of: right))
        case .or:
            guard try !truth(of: left) else { return .boolean(true) }
            return .boolean(try truth(of: right))
        default: break
        }
        let (first, second) = (try value(of: left), try value(of: right))
        switch operation {
        case .equal: return .boolean(equal(first, second))
        case .notEqual: return .boolean(!equal(first, second))
        case .isIn: return .boolean(try contains(second, first, right))
        case .notIn: return .boolean(try !contains(second, first, right))
        case .matches:
            guard case .text(let text) = second else {
                throw error(.wrongType, "`matches` needs a pattern, this is \(second.type.phrase)", right)
            }
            return .boolean(try matches(left, try compiled(text, right)))
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
            do {
                return try Arithmetic.result(operation, first, second)
            } catch {
                throw self.error(error.code, error.message, term, help: error.help)
            }
        }
    }

    private func contains(_ whole: Value, _ part: Value, _ term: Term) throws(PlaybookError) -> Bool {
        switch (whole, part) {
        case (.list(let list), _): return list.contains { equal($0, part) }
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
        let result: Value
        do {
            result = try function.apply(values)
        } catch {
            throw self.error(.wrongType, error.message, arguments[min(error.index, arguments.count - 1)])
        }
        if case .text(let text) = result, text.utf8.count > Self.maximumTextLength {
            throw error(.tooLarge, "the text gets longer than 1 MiB", term)
        }
        return result
    }

    func error(
        _ code: PlaybookError.Code, _ message: String, _ term: Term, help: String? = nil
    ) -> PlaybookError {
        PlaybookError(code, message, at: origin?.span(of: term.range), help: help)
    }
}
