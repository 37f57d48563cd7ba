/// Where a phone stands among the phones of its play; what is dealt out to phones is dealt by it.
public struct TargetPlace: Hashable, Sendable {
    /// The phone's number, from 0.
    public let index: Int
    /// How many phones there are.
    public let count: Int

    /// A place among `count` phones.
    public init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }
}
