import SourceText

/// Looks for what is wrong with an expression before any phone is touched: unknown names and types that never fit.
struct TypeCheck {
    let names: NameTable
    let origin: TextOrigin
    var diagnostics = Diagnostics()

    /// The type of an expression, as far as it is known; mistakes go to the collector.
    static func type(
        of expression: Expression, names: NameTable, _ diagnostics: inout Diagnostics
    ) -> ValueType {
        var check = TypeCheck(names: names, origin: expression.origin)
        let type = check.type(of: expression.root)
        diagnostics.add(contentsOf: check.diagnostics)
        return type
    }

    private mutating func type(of term: Term) -> ValueType {
        switch term.shape {
        case .literal(let value): return value.type
        case .list(let members):
            for member in members { _ = type(of: member) }
            return .list
        case .map(let members):
            for member in members { _ = type(of: member.value) }
            return .map
        case .choice(let condition, let value, let otherwise):
            need([.boolean], condition, "`if` needs true or false")
            let (first, second) = (type(of: value), type(of: otherwise))
            return first == second ? first : .any
        case .name(let name): return root(name, term)
        case .field(let base, let name): return field(name, of: base, term)
        case .index(let base, let index): return element(index, of: base, term)
        case .not(let operand):
            need([.boolean], operand, "`not` needs true or false")
            return .boolean
        case .negative(let operand):
            return need([.integer, .number], operand, "`-` needs a number")
        case .matches(let operand, _):
            need([.text, .secret, .null], operand, "`matches` looks at a text")
            return .boolean
        case .binary(let operation, let left, let right): return binary(operation, left, right, term)
        case .call(let function, let arguments): return call(function, arguments, term)
        }
    }

    /// Reports a type that is none of those wanted; what is not known passes.
    @discardableResult
    private mutating func need(_ wanted: Set<ValueType>, _ term: Term, _ message: String) -> ValueType {
        let found = type(of: term)
        if found != .any, !wanted.contains(found) { report("wrong-type", "\(message), this is \(found.phrase)", term) }
        return found
    }

    private mutating func report(_ rule: String, _ message: String, _ term: Term, help: String? = nil) {
        diagnostics.error(rule, message, at: origin.span(of: term.range), help: help)
    }

    // MARK: Names

    private mutating func root(_ name: String, _ term: Term) -> ValueType {
        if NameTable.allRoots.contains(name) {
            switch name {
            case "item" where names.hasItem: return .any
            case "index" where names.hasItem: return .integer
            case "item", "index": report("unknown-name", "`\(name)` is known inside a loop only", term)
            case "result" where !names.hasResult: report("unknown-name", "`result` is known in `until` only", term)
            case "failure" where !names.hasFailure:
                report("unknown-name", "`failure` is known in `rescue` and `on-failure` only", term)
            case "encoder" where !names.hasPhone || names.targetKind != .encoders:
                report("unknown-name", "`encoder` is known in plays with `encoders:` only", term)
            case "secret":
                report(
                    "wrong-type", "`secret` is asked for one secret at a time", term, help: "write secret.NAME")
                return .any
            case "payloads":
                report(
                    "wrong-type", "`payloads` is asked for one payload at a time", term, help: "write payloads.NAME")
                return .any
            case "counts" where !names.hasCounts: report("unknown-name", "`counts` is known in `gate` only", term)
            default: return .map
            }
            return .any
        }
        var help = suggestion(for: name, among: names.roots)
        if names.inputs[name] != nil {
            help = "did you mean `inputs.\(name)`?"
        } else if names.variables[name] != nil {
            help = "did you mean `vars.\(name)`?"
        } else if names.outputs(ofStep: name) != nil {
            help = "did you mean `steps.\(name)`?"
        } else if names.secrets.contains(name) {
            help = "did you mean `secret.\(name)`?"
        } else if names.payloads[name] != nil {
            help = "did you mean `payloads.\(name)`?"
        } else if names.targetKind == .encoders, EncoderFields.types[name] != nil {
            help = "did you mean `encoder.\(name)`?"
        } else if PhoneFields.types[name] != nil {
            help = "did you mean `phone.\(name)`?"
        }
        let words = names.roots
        let list = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        let fallback = "names begin with \(list); a text stands in quotes: '\(name)'"
        report("unknown-name", "unknown name `\(name)`", term, help: help ?? fallback)
        return .any
    }

    private mutating func field(_ name: String, of base: Term, _ term: Term) -> ValueType {
        let place = Term(shape: term.shape, range: base.range.upperBound..<term.range.upperBound)
        let nameRange = max(place.range.lowerBound, place.range.upperBound - name.utf8.count)..<place.range.upperBound
        let word = Term(shape: term.shape, range: nameRange)
        switch base.shape {
        case .name("inputs"): return known(name, in: names.inputs, "input", "under `inputs:`", word)
        case .name("vars"): return known(name, in: names.variables, "variable", "under `vars:`", word)
        case .name("env"): return env(name, word)
        case .name("secret"): return secret(name, word)
        case .name("phone") where !names.hasPhone:
            report("unknown-name", "`phone` is not known here: this holds for all phones together", base)
            return .any
        case .name("phone") where names.targetKind == .encoders:
            report(
                "unknown-name", "`phone` is not known here: this play is for encoders", base,
                help: EncoderFields.types[name] == nil ? nil : "did you mean `encoder.\(name)`?")
            return .any
        case .name("encoder") where names.hasPhone && names.targetKind == .encoders:
            return known(name, in: EncoderFields.types, "field of an encoder", nil, word)
        case .name("encoder"):
            report("unknown-name", "`encoder` is known in plays with `encoders:` only", base)
            return .any
        case .name("phone"): return known(name, in: PhoneFields.types, "field of a phone", nil, word)
        case .name("failure") where names.hasFailure:
            return known(name, in: NameTable.failureFields, "field of a failure", nil, word)
        case .name("counts") where names.hasCounts:
            return known(name, in: NameTable.countFields, "count", nil, word)
        case .name("result") where names.hasResult: return .any
        case .name("steps"): return step(name, word)
        case .name("payloads"): return payload(name, word)
        case .field(let root, let payload) where root.shape == .name("payloads"):
            _ = type(of: base)
            guard names.payloads[payload] != nil else { return .any }
            return known(name, in: PayloadFacts.types, "field of a payload", nil, word)
        case .field(let root, let id) where root.shape == .name("steps"):
            _ = type(of: base)
            guard let outputs = names.outputs(ofStep: id) else { return .any }
            if let type = outputs[name] { return type }
            let all = "there are \(outputs.keys.sorted().joined(separator: ", "))"
            report(
                "unknown-name", "step `\(id)` gives no `\(name)`", word,
                help: suggestion(for: name, among: outputs.keys) ?? all)
            return .any
        default: break
        }
        let whole = type(of: base)
        if whole != .any, whole != .map { report("wrong-type", "\(whole.phrase) has no field `\(name)`", word) }
        return .any
    }

    private mutating func known(
        _ name: String, in table: [String: ValueType], _ what: String, _ place: String?, _ term: Term
    ) -> ValueType {
        if let type = table[name] { return type }
        let none = place.map { "declare it \($0)" } ?? "there are \(table.keys.sorted().joined(separator: ", "))"
        report(
            "unknown-name", "unknown \(what) `\(name)`", term, help: suggestion(for: name, among: table.keys) ?? none)
        return .any
    }

    private mutating func secret(_ name: String, _ term: Term) -> ValueType {
        guard !names.secrets.contains(name) else { return .secret }
        report(
            "unknown-name", "unknown secret `\(name)`", term,
            help: suggestion(for: name, among: names.secrets)
                ?? "declare it under `secrets:`, or set \(SharedScope.secretPrefix)\(name)")
        return .secret
    }

    private mutating func payload(_ name: String, _ term: Term) -> ValueType {
        if names.payloads[name] == nil {
            let near = suggestion(for: name, among: names.payloads.keys)
            report("unknown-name", "unknown payload `\(name)`", term, help: near ?? "declare it under `payloads:`")
        } else if !names.hasSteps {
            report("unknown-name", "what is known of payloads can be asked in steps only", term)
        }
        // Null where it comes from nowhere.
        return .any
    }

    private mutating func env(_ name: String, _ term: Term) -> ValueType {
        if name.hasPrefix(SharedScope.secretPrefix) {
            let secret = String(name.dropFirst(SharedScope.secretPrefix.count))
            report("unknown-name", "secrets are not in `env`", term, help: "write secret.\(secret)")
        }
        return .any
    }

    private mutating func step(_ id: String, _ term: Term) -> ValueType {
        guard names.outputs(ofStep: id) == nil else { return .map }
        if !names.hasSteps {
            report("unknown-name", "results of steps are not known here", term)
        } else if names.steps[id] != nil {
            report(
                "step-not-run-yet", "step `\(id)` has not run yet at this place", term,
                help: "only steps further up can be asked")
        } else {
            let near = suggestion(for: id, among: names.earlierSteps)
            report("unknown-name", "no step has the id `\(id)`", term, help: near ?? "give the step `id: \(id)`")
        }
        return .any
    }

    private mutating func element(_ index: Term, of base: Term, _ term: Term) -> ValueType {
        if case .literal(.text(let name)) = index.shape {
            // `steps['game']` is `steps.game`, with the mistake shown inside the brackets.
            let inside = index.range.lowerBound + 1..<index.range.upperBound - 1
            let end = index.range.upperBound - 1
            return field(
                name, of: base,
                Term(shape: .field(base, name), range: term.range.lowerBound..<max(end, inside.lowerBound)))
        }
        let whole = need([.list, .map], base, "only a list or a mapping can be asked with [ ]")
        if whole == .list { need([.integer], index, "a place in a list is a whole number") }
        if whole == .map { need([.text], index, "a name in a mapping is a text") }
        if whole == .any { _ = type(of: index) }
        return .any
    }

    // MARK: Operators

    private mutating func binary(_ operation: Operator, _ left: Term, _ right: Term, _ term: Term) -> ValueType {
        switch operation {
        case .and, .or:
            need([.boolean], left, "`\(operation.rawValue)` needs true or false")
            need([.boolean], right, "`\(operation.rawValue)` needs true or false")
            return .boolean
        case .equal, .notEqual:
            let (first, second) = (type(of: left), type(of: right))
            if !first.canEqual(second) {
                report("wrong-type", "\(first.phrase) is never equal to \(second.phrase)", term)
            }
            return .boolean
        case .isIn, .notIn:
            _ = type(of: left)
            need([.list, .text, .secret, .map], right, "`in` looks into a list, a text or a mapping")
            return .boolean
        case .matches:
            need([.text, .secret, .null], left, "`matches` looks at a text")
            need([.text], right, "`matches` needs a pattern in quotes")
            return .boolean
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let (first, second) = (type(of: left), type(of: right))
            if !first.hasOrder(with: second) {
                report("wrong-type", "\(first.phrase) and \(second.phrase) have no order", term)
            }
            return .boolean
        case .add, .subtract, .multiply, .divide, .remainder:
            return arithmetic(operation, left, right, term)
        }
    }

    private mutating func arithmetic(_ operation: Operator, _ left: Term, _ right: Term, _ term: Term) -> ValueType {
        let (first, second) = (type(of: left), type(of: right))
        if let result = first.result(of: operation, with: second) { return result }
        let mistake = Arithmetic.Mistake(operation, on: first, and: second)
        report("wrong-type", mistake.message, term, help: mistake.help)
        return .any
    }

    private mutating func call(_ function: Function, _ arguments: [Term], _ term: Term) -> ValueType {
        var types: [ValueType] = []
        for (argument, parameter) in zip(arguments, function.parameters) {
            let found = type(of: argument)
            types.append(found)
            guard found != .any, !parameter.types.isEmpty, !parameter.types.contains(found) else { continue }
            if found == .secret, function.takesSecrets, parameter.types.contains(.text) { continue }
            let wanted =
                parameter.types.count > 2
                ? "no \(found.rawValue) here" : parameter.types.map(\.phrase).sorted().joined(separator: " or ")
            report("wrong-type", "\(function.rawValue)() takes \(wanted)", argument)
        }
        if function == .match, arguments.count == 2, case .literal(.text(let pattern)) = arguments[1].shape {
            do throws(TextMistake) {
                _ = try Pattern(pattern)
            } catch {
                report("expression-syntax", error.message, arguments[1], help: error.help)
            }
        }
        if function == .default, types.count == 2, types[0] == types[1] { return types[0] }
        return function.result == .text && types.contains(.secret) ? .secret : function.result
    }
}
