/// A set of phones and encoders by their places in the inventory, one bit each; encoders come after the phones.
struct MemberSet: Hashable, Sendable {
    private var words: [UInt64]

    /// The empty set in a farm of `capacity` members.
    init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

    /// The members at `places` in a farm of `capacity` members.
    static func of(_ places: Range<Int>, capacity: Int) -> MemberSet {
        var set = MemberSet(capacity: capacity)
        var place = places.lowerBound
        while place < places.upperBound {
            let isWholeWord = place % 64 == 0 && place + 64 <= places.upperBound
            if isWholeWord { set.words[place / 64] = .max } else { set.insert(place) }
            place += isWholeWord ? 64 : 1
        }
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
