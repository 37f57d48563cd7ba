/// Which types the operators of expressions join, as far as types tell.
extension ValueType {
    var isNumber: Bool { self == .integer || self == .number }

    var isText: Bool { self == .text || self == .secret }

    /// Whether a value of one type can be the same as a value of the other.
    func canEqual(_ other: ValueType) -> Bool {
        self == other || isText && other.isText || isNumber && other.isNumber
            || [self, other].contains(.any) || [self, other].contains(.null)
    }

    /// Whether values of one type come before or behind values of the other.
    func hasOrder(with other: ValueType) -> Bool {
        if isNumber && other.isNumber || isText && other.isText { return true }
        let ordered: Set<ValueType> = [.integer, .number, .text, .duration, .size, .list, .any]
        guard ordered.contains(self), ordered.contains(other) else { return false }
        return self == other || self == .any || other == .any
    }

    /// The type of a sum, a product and their like; nil when these types have none.
    func result(of operation: Operator, with other: ValueType) -> ValueType? {
        if self == .any || other == .any { return .any }
        if isNumber, other.isNumber {
            return self == .integer && other == .integer && operation != .divide ? .integer : .number
        }
        let isSum = operation == .add || operation == .subtract
        if self == other, self == .duration || self == .size, isSum { return self }
        if self == .duration || self == .size, other == .integer, operation == .multiply { return self }
        if self == .list, other == .list, operation == .add { return .list }
        return nil
    }
}
