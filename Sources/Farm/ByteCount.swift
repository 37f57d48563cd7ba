/// A number of bytes.
public struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number itself, never negative.
    public let bytes: Int

    /// Makes a size; a negative number counts as none.
    public init(_ bytes: Int) { self.bytes = max(0, bytes) }

    /// No byte at all.
    public static let zero = Self(0)

    /// The units in both families, in the spelling that is read; `KB` is 1,000 and `KiB` is 1,024.
    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    /// Reads a number with a unit: `10MB`, `1.5 GiB`, `512B`.
    ///
    /// - Throws: ``FarmError/Code/badSize`` when the number or the unit is missing or unknown, or the size is too large.
    public init(parsing text: String) throws(FarmError) {
        let bytes = Array(text.utf8)
        let numberEnd = bytes.firstIndex { !(0x30...0x39).contains($0) && $0 != UInt8(ascii: ".") } ?? bytes.count
        let unitStart = bytes[numberEnd...].firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.count
        let number = String(decoding: bytes[..<numberEnd], as: UTF8.self)
        let unit = String(decoding: bytes[unitStart...], as: UTF8.self)
        guard let first = bytes.first, (0x30...0x39).contains(first), let value = Double(number) else {
            throw FarmError(
                .badSize, text, at: 0..<numberEnd, "a size is a number with a unit", suggestion: "such as 10MB or 1GiB")
        }
        guard !unit.isEmpty else {
            throw FarmError(
                .badSize, text, at: bytes.count..<bytes.count, "a size carries its unit",
                suggestion: "did you mean \(number)MB?")
        }
        guard let known = Self.units.first(where: { $0.name == unit }) else {
            let near =
                Self.units.first { $0.name.lowercased() == unit.lowercased() }
                ?? Self.units.first { $0.name.first == unit.uppercased().first }
            throw FarmError(
                .badSize, text, at: unitStart..<bytes.count, "a size has no unit \"\(unit)\"",
                suggestion: near.map { "did you mean \(number)\($0.name)?" }
                    ?? "the units are B, KB, MB, GB, TB, KiB, MiB, GiB, TiB")
        }
        // Whole numbers are multiplied exactly; a Double would lose bytes beyond 2^53.
        let exact = Int(number).map { $0.multipliedReportingOverflow(by: known.bytes) }
        if let exact, !exact.overflow {
            self.bytes = exact.partialValue
            return
        }
        let product = value * Double(known.bytes)
        guard exact == nil, product < 0x1p63 else { throw FarmError(.badSize, text, "this size is too large") }
        self.bytes = Int(product.rounded())
    }

    /// The size for people, in decimal units with one decimal below 100: `0 B`, `1.5 KB`, `67.1 MB`, `120 MB`.
    public var description: String {
        guard bytes >= 1_000 else { return "\(bytes) B" }
        var unit = 1
        while unit < 4, bytes >= Self.units[unit + 1].bytes { unit += 1 }
        let size = Self.units[unit].bytes
        let tenths = bytes / (size / 10) + (bytes % (size / 10) * 2 >= size / 10 ? 1 : 0)
        guard tenths < 1_000 else {
            let whole = bytes / size + (bytes % size * 2 >= size ? 1 : 0)
            return whole == 1_000 && unit < 4 ? "1.0 \(Self.units[unit + 1].name)" : "\(whole) \(Self.units[unit].name)"
        }
        return "\(tenths / 10).\(tenths % 10) \(Self.units[unit].name)"
    }

    /// Whether the first is the smaller size.
    public static func < (first: Self, second: Self) -> Bool { first.bytes < second.bytes }

    /// The two together.
    public static func + (first: Self, second: Self) -> Self { Self(first.bytes + second.bytes) }

    /// Adds to a running total.
    public static func += (total: inout Self, more: Self) { total = total + more }
}
