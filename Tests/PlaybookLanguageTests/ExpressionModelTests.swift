import DroverTesting
import SourceText
import Testing

@testable import PlaybookLanguage

/// Random expressions against a model that knows nothing of precedence, tokens or bounds.
@Suite struct ExpressionModelTests {
    /// What an expression is worth; nil is "an error".
    private indirect enum Model {
        case literal(String, Value)
        case not(Model)
        case negative(Model)
        case binary(String, Model, Model)
        case choice(Model, Model, Model)
        case list([Model])
        case map([(String, Model)])
        case index(Model, Model)
        case call(String, [Model])

        /// The text, with every part in parentheses or, now and then, with no more of them than precedence needs.
        func text(_ numbers: inout SeededNumbers, within strength: Int = 0) -> String {
            let (text, own) = spelled(&numbers)
            let needsNone = own > strength && Bool.random(using: &numbers)
            return needsNone || own == 9 ? text : "(\(text))"
        }

        private func spelled(_ numbers: inout SeededNumbers) -> (String, Int) {
            switch self {
            case .literal(let text, _): return (text, text.hasPrefix("-") ? 7 : 9)
            case .not(let inner): return ("not " + inner.text(&numbers, within: 3), 3)
            case .negative(let inner): return ("-" + inner.text(&numbers, within: 8), 7)
            case .binary(let sign, let left, let right):
                let own = Self.strength(sign)
                // Comparisons are not chained; everything else groups from the left.
                let leftmost = own == 4 ? own : own - 1
                let blank = Bool.random(using: &numbers) ? " " : "  "
                let text = left.text(&numbers, within: leftmost) + " \(sign)\(blank)"
                return (text + right.text(&numbers, within: own), own)
            case .choice(let condition, let value, let otherwise):
                let text = value.text(&numbers, within: 1) + " if " + condition.text(&numbers, within: 1)
                return (text + " else " + otherwise.text(&numbers, within: 0), 0)
            case .list(let members): return ("[" + members.map { $0.text(&numbers) }.joined(separator: ", ") + "]", 9)
            case .map(let members):
                let entries = members.map { "'\($0.0)': " + $0.1.text(&numbers) }
                return ("{" + entries.joined(separator: ", ") + "}", 9)
            case .index(let base, let index): return (base.text(&numbers, within: 8) + "[\(index.text(&numbers))]", 9)
            case .call(let name, let arguments):
                return (name + "(" + arguments.map { $0.text(&numbers) }.joined(separator: ", ") + ")", 9)
            }
        }

        private static func strength(_ sign: String) -> Int {
            switch sign {
            case "or": 1
            case "and": 2
            case "+", "-": 5
            case "*", "/", "%": 6
            default: 4
            }
        }

        // MARK: Meaning

        var value: Value? {
            switch self {
            case .literal(_, let value): return value
            case .not(let inner): return inner.truth.map { .boolean(!$0) }
            case .negative(let inner):
                switch inner.value {
                case .integer(let number)? where number != .min: return .integer(-number)
                case .number(let number)?: return .number(-number)
                default: return nil
                }
            case .binary(let sign, let left, let right): return Self.joined(sign, left, right)
            case .choice(let condition, let value, let otherwise):
                guard let truth = condition.truth else { return nil }
                return truth ? value.value : otherwise.value
            case .list(let members):
                let values = members.map(\.value)
                return values.contains { $0 == nil } ? nil : .list(values.compactMap { $0 })
            case .map(let members):
                var values: [String: Value] = [:]
                for (name, member) in members {
                    guard let value = member.value else { return nil }
                    values[name] = value
                }
                return .map(values)
            case .index(let base, let index):
                guard let whole = base.value, let key = index.value else { return nil }
                switch (whole, key) {
                case (.list(let list), .integer(let place)):
                    let all = Array(0..<Int64(list.count)) + Array(-Int64(list.count)..<0)
                    return all.contains(place) ? list[Int(place < 0 ? place + Int64(list.count) : place)] : nil
                case (.map(let map), .text(let name)): return map[name] ?? .null
                default: return nil
                }
            case .call(let name, let arguments): return Self.called(name, arguments.map(\.value))
            }
        }

        private var truth: Bool? {
            guard case .boolean(let truth)? = value else { return nil }
            return truth
        }

        private static func joined(_ sign: String, _ left: Model, _ right: Model) -> Value? {
            switch sign {
            case "and": return left.truth.flatMap { $0 ? right.truth.map { .boolean($0) } : .boolean(false) }
            case "or": return left.truth.flatMap { $0 ? .boolean(true) : right.truth.map { .boolean($0) } }
            default: break
            }
            guard let first = left.value, let second = right.value else { return nil }
            switch sign {
            case "==": return .boolean(same(first, second))
            case "!=": return .boolean(!same(first, second))
            case "<", "<=", ">", ">=":
                guard let order = order(first, second) else { return nil }
                let holds = ["<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0]
                return holds[sign].map { .boolean($0) }
            case "in", "not in":
                let isInside: Bool
                switch (second, first) {
                case (.list(let list), let part): isInside = list.contains { same($0, part) }
                case (.text(let text), .text(let part)): isInside = part.isEmpty || text.contains(part)
                case (.map(let map), .text(let name)): isInside = map.keys.contains(name)
                default: return nil
                }
                return .boolean(isInside == (sign == "in"))
            default: return computed(sign, first, second)
            }
        }

        private static func same(_ first: Value, _ second: Value) -> Bool {
            switch (first, second) {
            case (.integer(let whole), .number(let number)), (.number(let number), .integer(let whole)):
                Double(whole) == number
            case (.list(let left), .list(let right)):
                left.count == right.count && left.indices.allSatisfy { same(left[$0], right[$0]) }
            case (.map(let left), .map(let right)):
                left.keys == right.keys && left.keys.allSatisfy { same(left[$0] ?? .null, right[$0] ?? .null) }
            default: first == second
            }
        }

        private static func order(_ first: Value, _ second: Value) -> Int? {
            func sign<Ordered: Comparable>(_ left: Ordered, _ right: Ordered) -> Int {
                left == right ? 0 : (left < right ? -1 : 1)
            }
            switch (first, second) {
            case (.text(let left), .text(let right)): return sign(left, right)
            case (.list(let left), .list(let right)):
                for place in 0..<max(left.count, right.count) {
                    let one = place < left.count ? left[place] : .integer(0)
                    let other = place < right.count ? right[place] : .integer(0)
                    if case .text = one, case .integer = other { return -1 }
                    if case .integer = one, case .text = other { return 1 }
                    guard let result = order(one, other) else { return nil }
                    if result != 0 { return result }
                }
                return 0
            default:
                guard let left = real(first), let right = real(second) else { return nil }
                return sign(left, right)
            }
        }

        private static func real(_ value: Value) -> Double? {
            switch value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        }

        private static func computed(_ sign: String, _ first: Value, _ second: Value) -> Value? {
            if case .list(let left) = first, case .list(let right) = second {
                return sign == "+" ? .list(left + right) : nil
            }
            if case .integer(let left) = first, case .integer(let right) = second {
                guard !(right == 0 && "/%".contains(sign)) else { return nil }
                // Small numbers only: a Double holds every result.
                switch sign {
                case "+": return .integer(left + right)
                case "-": return .integer(left - right)
                case "*": return .integer(left * right)
                case "%": return .integer(left % right)
                default: return left % right == 0 ? .integer(left / right) : .number(Double(left) / Double(right))
                }
            }
            guard let left = real(first), let right = real(second) else { return nil }
            let result =
                switch sign {
                case "+": left + right
                case "-": left - right
                case "*": left * right
                case "/": left / right
                default: left.truncatingRemainder(dividingBy: right)
                }
            return result.isFinite ? .number(result) : nil
        }

        private static func called(_ name: String, _ arguments: [Value?]) -> Value? {
            guard let first = arguments.first ?? nil else { return nil }
            switch (name, first) {
            case ("length", .text(let text)): return .integer(Int64(text.count))
            case ("length", .list(let list)): return .integer(Int64(list.count))
            case ("length", .map(let map)): return .integer(Int64(map.count))
            case ("reverse", .list(let list)): return .list(list.reversed())
            case ("first", .list(let list)): return list.first ?? .null
            case ("last", .list(let list)): return list.last ?? .null
            case ("keys", .map(let map)): return .list(map.keys.sorted().map { .text($0) })
            case ("unique", .list(let list)):
                var result: [Value] = []
                for value in list where !result.contains(where: { same($0, value) }) { result.append(value) }
                return .list(result)
            case ("max", .list(let list)):
                guard list.allSatisfy({ order($0, $0) != nil }) else { return nil }
                var best: Value?
                for value in list {
                    guard list.allSatisfy({ order(value, $0) != nil }) else { return nil }
                    guard let old = best else {
                        best = value
                        continue
                    }
                    if let order = order(value, old), order >= 0 { best = value }
                }
                return best ?? .null
            default: return nil
            }
        }
    }

    // MARK: Random expressions

    private func literal(_ numbers: inout SeededNumbers) -> Model {
        switch Int.random(in: 0...9, using: &numbers) {
        case 0...3:
            let number = Int64.random(in: -9...9, using: &numbers)
            return .literal("\(number)", .integer(number))
        case 4:
            let number = Double(Int.random(in: 1...30, using: &numbers)) / 4
            return .literal("\(number)", .number(number))
        case 5, 6:
            let words = ["", "a", "b", "ab", "é", "it's", "}}"]
            let word = words.randomElement(using: &numbers) ?? ""
            return .literal("'\(word.replacing("'", with: "''"))'", .text(word))
        case 7: return .literal("true", .boolean(true))
        case 8: return .literal("false", .boolean(false))
        default: return .literal("null", .null)
        }
    }

    private func model(_ depth: Int, _ numbers: inout SeededNumbers) -> Model {
        guard depth > 0 else { return literal(&numbers) }
        func inner() -> Model { model(depth - 1, &numbers) }
        switch Int.random(in: 0...15, using: &numbers) {
        case 0...2: return literal(&numbers)
        case 3: return .not(inner())
        case 4: return .negative(inner())
        case 5...9:
            let signs = [
                "and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "+", "-", "*", "/", "%", "+", "and",
            ]
            return .binary(signs.randomElement(using: &numbers) ?? "and", inner(), inner())
        case 10: return .choice(inner(), inner(), inner())
        case 11, 12: return .list((0..<Int.random(in: 0...3, using: &numbers)).map { _ in inner() })
        case 13:
            return .map((0..<Int.random(in: 0...2, using: &numbers)).map { (["a", "b", "c d"][$0], inner()) })
        case 14: return .index(inner(), inner())
        default:
            let names = ["length", "reverse", "first", "last", "keys", "unique", "max"]
            return .call(names.randomElement(using: &numbers) ?? "first", [inner()])
        }
    }

    @Test func `random expressions are worth what a naive model says`() throws {
        var numbers = SeededNumbers(seed: 4711)
        var sound = 0
        for number in 0..<6000 {
            let model = model(Int.random(in: 1...4, using: &numbers), &numbers)
            let text = model.text(&numbers)
            let expected = model.value
            // Types that never fit are refused beforehand: behind a variable nothing is known beforehand.
            let expression = try Expression(testing: text)
            let found = try? expression.value(in: Scope())
            if expected != nil { sound += 1 }
            #expect(found == expected, "seed 4711, number \(number): \(text)")
        }
        // A model that calls everything a mistake would pass as well.
        #expect(sound > 2000)
    }

    @Test func `a random text never stops the reader, whatever it says of it`() {
        var numbers = SeededNumbers(seed: 99)
        let pieces = [
            "a", ".", "(", ")", "[", "]", "{", "}", ":", ",", "'", "\"", "\\", "not", "and", "if", "else", "in", "1",
            "1.5", "10s", "5GB", "+", "-", "*", "==", "<", "vars", "steps", "match", "json", "range", "é", "\n", "%",
        ]
        for _ in 0..<4000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...14, using: &numbers) {
                text += (pieces.randomElement(using: &numbers) ?? "") + (Bool.random(using: &numbers) ? " " : "")
            }
            guard let expression = try? Expression(testing: text) else { continue }
            _ = try? expression.value(in: Scope())
        }
    }
}

extension Expression {
    /// Reads an expression that stands nowhere.
    fileprivate init(testing text: String) throws(PlaybookError) {
        let span = SourceSpan.whole(text, named: "test")
        try self.init(parsing: 0..<text.utf8.count, of: TextOrigin(span: span, text: text, style: .plain))
    }
}
