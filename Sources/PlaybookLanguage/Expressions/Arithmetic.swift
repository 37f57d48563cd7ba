import Farm

/// Whether two values are the same; numbers are compared as numbers, other types never equal each other.
func equal(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.integer(let first), .number(let second)): Double(first) == second
    case (.number(let first), .integer(let second)): first == Double(second)
    case (.list(let first), .list(let second)):
        first.count == second.count && zip(first, second).allSatisfy { equal($0, $1) }
    case (.map(let first), .map(let second)):
        first.count == second.count
            && first.allSatisfy { name, value in second[name].map { equal(value, $0) } ?? false }
    case (.secret, _), (_, .secret): left.revealed == right.revealed
    default: left == right
    }
}

/// The order of two values, negative when the first comes first, or nil when they have none.
///
/// Texts are ordered by their bytes; lists member by member as versions are: what is missing counts as 0, and a word
/// comes before a number.
func compare(_ left: Value, _ right: Value) -> Int? {
    switch (left, right) {
    case (.integer(let first), .integer(let second)): order(first, second)
    case (.number(let first), .number(let second)): order(first, second)
    case (.integer(let first), .number(let second)): order(Double(first), second)
    case (.number(let first), .integer(let second)): order(first, Double(second))
    case (.text(let first), .text(let second)):
        first == second ? 0 : (first.utf8.lexicographicallyPrecedes(second.utf8) ? -1 : 1)
    case (.duration(let first), .duration(let second)): order(first, second)
    case (.size(let first), .size(let second)): order(first, second)
    case (.list(let first), .list(let second)): compareMembers(first, second)
    case (.secret, _), (_, .secret): compare(left.revealed, right.revealed)
    default: nil
    }
}

private func order<Ordered: Comparable>(_ first: Ordered, _ second: Ordered) -> Int {
    first < second ? -1 : (second < first ? 1 : 0)
}

private func compareMembers(_ first: [Value], _ second: [Value]) -> Int? {
    for index in 0..<max(first.count, second.count) {
        let left = index < first.count ? first[index] : .integer(0)
        let right = index < second.count ? second[index] : .integer(0)
        switch (left, right) {
        case (.text, .integer): return -1
        case (.integer, .text): return 1
        default:
            guard let result = compare(left, right) else { return nil }
            if result != 0 { return result }
        }
    }
    return 0
}

/// Sums, differences, products and quotients; nothing overflows silently.
enum Arithmetic {
    struct Mistake: Error {
        let code: PlaybookError.Code
        let message: String
        var help: String?

        init(code: PlaybookError.Code, message: String) {
            self.code = code
            self.message = message
        }

        /// Two types that an operator does not join.
        init(_ operation: Operator, on left: ValueType, and right: ValueType) {
            code = .wrongType
            if operation == .add, left.isText, right.isText {
                message = "`+` adds numbers, not texts"
                help = "to put texts together write ${{ a }}${{ b }}, or join([a, b])"
            } else {
                message = "`\(operation.rawValue)` does not work on \(left.phrase) and \(right.phrase)"
            }
        }
    }

    static func result(_ operation: Operator, _ left: Value, _ right: Value) throws(Mistake) -> Value {
        switch (left, right) {
        case (.integer(let first), .integer(let second)): return try integers(operation, first, second)
        case (.number(let first), .number(let second)): return try numbers(operation, first, second)
        case (.integer(let first), .number(let second)): return try numbers(operation, Double(first), second)
        case (.number(let first), .integer(let second)): return try numbers(operation, first, Double(second))
        case (.duration(let first), .duration(let second)) where operation == .add: return .duration(first + second)
        case (.duration(let first), .duration(let second)) where operation == .subtract:
            return .duration(first - second)
        case (.duration(let first), .integer(let second)) where operation == .multiply:
            guard abs(second) < 1_000_000 else { throw Mistake(code: .arithmetic, message: "the duration is too long") }
            return .duration(first * Int(second))
        case (.size(let first), .size(let second)) where operation == .add:
            return .size(try size(operation, first, second.bytes))
        case (.size(let first), .size(let second)) where operation == .subtract:
            return .size(ByteCount(first.bytes - second.bytes))
        case (.size(let first), .integer(let second)) where operation == .multiply:
            return .size(try size(operation, first, Int(second)))
        case (.list(let first), .list(let second)) where operation == .add: return .list(first + second)
        default: throw Mistake(operation, on: left.type, and: right.type)
        }
    }

    private static func integers(_ operation: Operator, _ first: Int64, _ second: Int64) throws(Mistake) -> Value {
        if operation == .divide || operation == .remainder, second == 0 {
            throw Mistake(code: .arithmetic, message: "division by zero")
        }
        let (result, overflow) =
            switch operation {
            case .add: first.addingReportingOverflow(second)
            case .subtract: first.subtractingReportingOverflow(second)
            case .multiply: first.multipliedReportingOverflow(by: second)
            case .divide: first.dividedReportingOverflow(by: second)
            default: first.remainderReportingOverflow(dividingBy: second)
            }
        guard !overflow else { throw Mistake(code: .arithmetic, message: "the result does not fit into 64 bits") }
        // A quotient that is no whole number keeps its fraction.
        if operation == .divide, result * second != first { return .number(Double(first) / Double(second)) }
        return .integer(result)
    }

    private static func numbers(_ operation: Operator, _ first: Double, _ second: Double) throws(Mistake) -> Value {
        let result =
            switch operation {
            case .add: first + second
            case .subtract: first - second
            case .multiply: first * second
            case .divide: first / second
            default: first.truncatingRemainder(dividingBy: second)
            }
        guard result.isFinite else {
            let message = second == 0 ? "division by zero" : "the result is too large"
            throw Mistake(code: .arithmetic, message: message)
        }
        return .number(result)
    }

    private static func size(_ operation: Operator, _ first: ByteCount, _ second: Int) throws(Mistake) -> ByteCount {
        let (bytes, overflow) =
            operation == .add
            ? first.bytes.addingReportingOverflow(second) : first.bytes.multipliedReportingOverflow(by: second)
        guard !overflow else { throw Mistake(code: .arithmetic, message: "the size is too large") }
        return ByteCount(bytes)
    }
}
