extension Function {
    /// The most members that `range` gives.
    static let longestRange: Int64 = 10_000

    func apply(to list: [Value], _ arguments: [Value]) throws(FunctionMistake) -> Value {
        let second = arguments.count > 1 ? arguments[1] : .null
        switch self {
        case .join: return .text(try joined(list, second.textForm ?? ""))
        case .first: return list.first ?? .null
        case .last: return list.last ?? .null
        case .reverse: return .list(list.reversed())
        case .sort: return .list(try sorted(list))
        case .unique:
            var seen: Set<Value> = []
            return .list(list.filter { seen.insert($0.comparable).inserted })
        case .without, .intersect:
            guard case .list(let others) = second else { return .list(list) }
            let known = Set(others.map(\.comparable))
            return .list(list.filter { known.contains($0.comparable) == (self == .intersect) })
        case .min: return try sorted(list).first ?? .null
        case .max: return try sorted(list).last ?? .null
        case .sum: return try sum(list)
        case .slice:
            let bounds = try bounds(list.count, second, arguments.count > 2 ? arguments[2] : nil)
            return .list(Array(list[bounds]))
        default: throw FunctionMistake(index: 0, "\(rawValue)() does not take a list")
        }
    }

    /// The places from one to before another; negative ones count from the end, and what lies outside is left out.
    func bounds(_ count: Int, _ from: Value, _ to: Value?) throws(FunctionMistake) -> Range<Int> {
        func place(_ value: Value) -> Int {
            guard case .integer(let number) = value else { return 0 }
            let clamped = Int(clamping: number)
            return Swift.min(count, Swift.max(0, clamped < 0 ? clamped + count : clamped))
        }
        let start = place(from)
        return start..<Swift.max(start, to.map(place) ?? count)
    }

    private func joined(_ list: [Value], _ separator: String) throws(FunctionMistake) -> String {
        var texts: [String] = []
        var length = 0
        for value in list {
            guard let text = value.textForm else {
                throw FunctionMistake(index: 0, "join() cannot spell \(value.type.phrase) that is in the list")
            }
            length += text.utf8.count + separator.utf8.count
            guard length <= Evaluation.maximumTextLength * 2 else {
                throw FunctionMistake(index: 0, "the text gets longer than 1 MiB")
            }
            texts.append(text)
        }
        return texts.joined(separator: separator)
    }

    /// In order; members that are equal stay as they were.
    private func sorted(_ list: [Value]) throws(FunctionMistake) -> [Value] {
        var mistake: FunctionMistake?
        if list.count == 1, compare(list[0], list[0]) == nil { mistake = unordered(list[0], list[0]) }
        let sorted = list.enumerated().sorted { left, right in
            guard let order = compare(left.element, right.element) else {
                mistake = mistake ?? unordered(left.element, right.element)
                return left.offset < right.offset
            }
            return order == 0 ? left.offset < right.offset : order < 0
        }
        if let mistake { throw mistake }
        return sorted.map(\.element)
    }

    private func unordered(_ left: Value, _ right: Value) -> FunctionMistake {
        FunctionMistake(
            index: 0, "\(rawValue)() finds \(left.type.phrase) and \(right.type.phrase), which have no order")
    }

    private func sum(_ list: [Value]) throws(FunctionMistake) -> Value {
        guard var total = list.first else { return .integer(0) }
        if ![.integer, .number, .size, .duration].contains(total.type) {
            throw FunctionMistake(index: 0, "sum() adds numbers, sizes or durations, not \(total.type.phrase)")
        }
        for value in list.dropFirst() {
            do throws(Arithmetic.Mistake) {
                total = try Arithmetic.result(.add, total, value)
            } catch {
                throw FunctionMistake(index: 0, "sum(): \(error.message)")
            }
        }
        return total
    }

    /// `range(3)` is 0, 1, 2; `range(2, 5)` is 2, 3, 4.
    func range(_ number: Int64, _ second: Value) throws(FunctionMistake) -> Value {
        var (start, end) = (Int64(0), number)
        if case .integer(let last) = second { (start, end) = (number, last) }
        guard end > start else { return .list([]) }
        let (count, overflow) = end.subtractingReportingOverflow(start)
        guard !overflow, count <= Self.longestRange else {
            throw FunctionMistake(index: 0, "range() gives at most \(Self.longestRange) numbers")
        }
        return .list((start..<end).map { .integer($0) })
    }
}

extension Value {
    /// The value in a form in which what is equal has one spelling: whole numbers are integers, secrets texts.
    fileprivate var comparable: Value {
        switch self {
        case .number(let number): Int64(exactly: number).map { .integer($0) } ?? self
        case .list(let members): .list(members.map(\.comparable))
        case .map(let members): .map(members.mapValues(\.comparable))
        case .secret: revealed
        default: self
        }
    }
}
