/// Sizes as the phones' programs read them.
enum SizeWord {
    private static let units: [(String, UInt64)] = [
        ("kB", 1000), ("mB", 1_000_000), ("gB", 1_000_000_000), ("kD", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("c", 1), ("w", 2), ("b", 512), ("k", 1 << 10), ("K", 1 << 10), ("m", 1 << 20), ("M", 1 << 20),
        ("g", 1 << 30), ("G", 1 << 30), ("t", 1 << 40), ("T", 1 << 40),
    ]

    /// `512`, `64k`, `1M`, `0x10`; nil for anything else.
    static func parse(_ text: some StringProtocol) -> UInt64? {
        if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16) }
        let digits = text.prefix { $0.isNumber }
        guard let number = UInt64(digits) else { return nil }
        let suffix = text[digits.endIndex...]
        guard !suffix.isEmpty else { return number }
        guard let unit = units.first(where: { $0.0 == suffix }) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.1)
        return overflow ? nil : bytes
    }
}
