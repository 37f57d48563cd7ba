/// Times as `touch` reads them; phones of the simulation know no zone but UTC.
enum TimeWord {
    /// `@SECONDS`, `2026-11-20T10:15:00` (a space does too), or compact as `[[CC]YY]MMDDhhmm[.ss]`; nil for others.
    static func parse(_ text: String, isCompact: Bool) -> Int64? {
        if text.hasPrefix("@") { return Int64(text.dropFirst().prefix { $0 != "." }) }
        guard isCompact else {
            let numbers = text.split { !$0.isNumber }.compactMap { Int64($0) }
            guard numbers.count >= 5 else { return nil }
            return seconds(numbers[0], numbers[1], numbers[2]) + numbers[3] * 3600 + numbers[4] * 60
                + (numbers.count > 5 ? numbers[5] : 0)
        }
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let digits = parts.first, digits.allSatisfy(\.isNumber), digits.count == 12,
            let year = Int64(digits.prefix(4))
        else { return nil }
        let pairs = stride(from: 4, to: 12, by: 2).compactMap { Int64(digits.dropFirst($0).prefix(2)) }
        guard pairs.count == 4 else { return nil }
        let second = parts.count > 1 ? Int64(parts[1]) ?? 0 : 0
        return seconds(year, pairs[0], pairs[1]) + pairs[2] * 3600 + pairs[3] * 60 + second
    }

    /// Seconds from 1970 to the beginning of a day, counted in years that begin in March.
    private static func seconds(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return (shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468) * 86400
    }
}
