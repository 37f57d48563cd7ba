/// `$((...))` as the phones' shell computes it: whole numbers of 32 bits that wrap around.
struct Arithmetic {
    /// Assignments inside the expression change them.
    private(set) var variables: [String: String]
    private let letters: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ text: String, _ variables: [String: String]) {
        letters = Array(text.utf8)
        self.variables = variables
    }

    /// A number as the shell reads it: decimal or with `0x`; nil when it is none.
    static func number(_ text: some StringProtocol) -> Int32? {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? text.dropFirst() : text[...]
        let value: UInt64? =
            if digits.hasPrefix("0x") {
                UInt64(digits.dropFirst(2), radix: 16)
            } else {
                UInt64(digits)
            }
        guard let value else { return nil }
        let wrapped = Int32(truncatingIfNeeded: value)
        return isNegative ? 0 &- wrapped : wrapped
    }

    /// The value; nil when the expression makes no sense.
    mutating func evaluate() -> Int32? {
        skip()
        guard position < letters.count else { return 0 }
        let value = choice()
        skip()
        return position == letters.count ? value : nil
    }

    private mutating func skip() {
        while position < letters.count, " \t\n".utf8.contains(letters[position]) { position += 1 }
    }

    /// Steps over `sign` when it is here and no longer one is.
    private mutating func take(_ sign: StaticString, notBefore: StaticString = "") -> Bool {
        skip()
        let count = sign.utf8CodeUnitCount
        guard position + count <= letters.count else { return false }
        let isHere = sign.withUTF8Buffer { letters[position..<position + count].elementsEqual($0) }
        guard isHere else { return false }
        if position + count < letters.count {
            let next = letters[position + count]
            if notBefore.withUTF8Buffer({ $0.contains(next) }) { return false }
        }
        position += count
        return true
    }

    private mutating func choice() -> Int32? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100, let condition = binary(0) else { return nil }
        guard take("?") else { return condition }
        guard let yes = choice(), take(":"), let no = choice() else { return nil }
        return condition != 0 ? yes : no
    }

    /// A sign, and what must not follow it.
    private struct Sign {
        let text: StaticString
        let notBefore: StaticString

        init(_ text: StaticString, notBefore: StaticString = "") {
            self.text = text
            self.notBefore = notBefore
        }
    }

    /// The signs of each level, the loosest first.
    private static let levels: [[Sign]] = [
        [Sign("||")], [Sign("&&")], [Sign("|", notBefore: "|=")], [Sign("^", notBefore: "=")],
        [Sign("&", notBefore: "&=")], [Sign("=="), Sign("!=")],
        [Sign("<="), Sign(">="), Sign("<", notBefore: "<"), Sign(">", notBefore: ">")],
        [Sign("<<", notBefore: "="), Sign(">>", notBefore: "=")],
        [Sign("+", notBefore: "+="), Sign("-", notBefore: "-=")],
        [Sign("*", notBefore: "="), Sign("/", notBefore: "="), Sign("%", notBefore: "=")],
    ]

    private mutating func binary(_ level: Int) -> Int32? {
        guard level < Self.levels.count else { return unary() }
        guard var value = binary(level + 1) else { return nil }
        scanning: while true {
            for sign in Self.levels[level] where take(sign.text, notBefore: sign.notBefore) {
                guard let right = binary(level + 1), let result = Self.compute("\(sign.text)", value, right) else {
                    return nil
                }
                value = result
                continue scanning
            }
            return value
        }
    }

    private static func compute(_ sign: String, _ left: Int32, _ right: Int32) -> Int32? {
        switch sign {
        case "||": return left != 0 || right != 0 ? 1 : 0
        case "&&": return left != 0 && right != 0 ? 1 : 0
        case "|": return left | right
        case "^": return left ^ right
        case "&": return left & right
        case "==": return left == right ? 1 : 0
        case "!=": return left != right ? 1 : 0
        case "<=": return left <= right ? 1 : 0
        case ">=": return left >= right ? 1 : 0
        case "<": return left < right ? 1 : 0
        case ">": return left > right ? 1 : 0
        case "<<": return left &<< right
        case ">>": return left &>> right
        case "+": return left &+ right
        case "-": return left &- right
        case "*": return left &* right
        case "/": return right == 0 ? nil : left.dividedReportingOverflow(by: right).partialValue
        case "%": return right == 0 ? nil : left.remainderReportingOverflow(dividingBy: right).partialValue
        default: return nil
        }
    }

    private mutating func unary() -> Int32? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { return nil }
        if take("++") { return step(by: 1) }
        if take("--") { return step(by: -1) }
        if take("-") { return unary().map { 0 &- $0 } }
        if take("+") { return unary() }
        if take("!", notBefore: "=") { return unary().map { $0 == 0 ? 1 : 0 } }
        if take("~") { return unary().map { ~$0 } }
        if take("(") {
            guard let value = choice(), take(")") else { return nil }
            return value
        }
        guard let word = word() else { return nil }
        if let first = word.utf8.first, (48...57).contains(first) { return Self.number(word) }
        return variable(word)
    }

    private mutating func step(by difference: Int32) -> Int32? {
        guard let name = word(), let value = value(of: name) else { return nil }
        return set(name, value &+ difference)
    }

    private mutating func variable(_ name: String) -> Int32? {
        if take("=", notBefore: "=") { return choice().map { set(name, $0) } }
        guard let value = value(of: name) else { return nil }
        if take("++") {
            _ = set(name, value &+ 1)
            return value
        }
        if take("--") {
            _ = set(name, value &- 1)
            return value
        }
        if take("+=") { return choice().map { set(name, value &+ $0) } }
        if take("-=") { return choice().map { set(name, value &- $0) } }
        if take("*=") { return choice().map { set(name, value &* $0) } }
        return value
    }

    private mutating func set(_ name: String, _ value: Int32) -> Int32 {
        variables[name] = String(value)
        return value
    }

    private func value(of name: String) -> Int32? {
        guard let text = variables[name], !text.isEmpty else { return 0 }
        return Self.number(text)
    }

    private mutating func word() -> String? {
        skip()
        let start = position
        while position < letters.count, WordReader.isNameByte(letters[position]) { position += 1 }
        return position > start ? String(decoding: letters[start..<position], as: UTF8.self) : nil
    }
}
