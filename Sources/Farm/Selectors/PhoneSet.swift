/// A set of phones by their places in the inventory, one bit each.
struct PhoneSet: Hashable, Sendable {
    private var words: [UInt64]

    /// The empty set in a farm of `capacity` phones.
    init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

    /// Every phone of a farm of `capacity` phones.
    static func all(_ capacity: Int) -> PhoneSet {
        var set = PhoneSet(capacity: capacity)
        for index in set.words.indices { set.words[index] = .max }
        if capacity % 64 != 0 { set.words[set.words.count - 1] = (1 << UInt64(capacity % 64)) - 1 }
        return set
    }

    mutating func insert(_ place: Int) { words[place / 64] |= 1 << UInt64(place % 64) }

    func contains(_ place: Int) -> Bool { words[place / 64] & (1 << UInt64(place % 64)) != 0 }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// The places in ascending order.
    var places: [Int] {
        var places: [Int] = []
        for (index, var word) in words.enumerated() {
            while word != 0 {
                places.append(index * 64 + word.trailingZeroBitCount)
                word &= word - 1
            }
        }
        return places
    }

    static func & (first: Self, second: Self) -> Self { first.combined(second) { $0 & $1 } }
    static func | (first: Self, second: Self) -> Self { first.combined(second) { $0 | $1 } }
    static func - (first: Self, second: Self) -> Self { first.combined(second) { $0 & ~$1 } }

    private func combined(_ other: Self, _ operation: (UInt64, UInt64) -> UInt64) -> Self {
        var result = self
        for index in words.indices { result.words[index] = operation(words[index], other.words[index]) }
        return result
    }
}
