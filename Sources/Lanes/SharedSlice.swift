/// A part of shared bytes; long streams for many phones are put together from such parts without copying any.
public struct SharedSlice: Sendable {
    /// What it is a part of.
    public let bytes: SharedBytes
    /// Where it lies in ``bytes``.
    public let range: Range<Int>

    /// Takes a part, or all; the range must lie inside the bytes.
    public init(_ bytes: SharedBytes, _ range: Range<Int>? = nil) {
        let range = range ?? 0..<bytes.count
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "range outside of the shared bytes")
        self.bytes = bytes
        self.range = range
    }

    /// Bytes in this part.
    public var count: Int { range.count }
}
