/// Dates as playbooks write them: `2026-01-31`, or with a time of day in UTC `2026-01-31T12:00:00Z` (ISO 8601).
enum DateText {
    /// Seconds since 1970; nil for what is no date, or one that a zip cannot hold: it knows the years 1980 to 2107.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let date = numbers(parts[0], by: "-", digits: [4, 2, 2]) else { return nil }
        var time: [Int64] = [0, 0, 0]
        if parts.count == 2 {
            guard parts[1].hasSuffix("Z"), let given = numbers(parts[1].dropLast(), by: ":", digits: [2, 2, 2]) else {
                return nil
            }
            time = given
        }
        let (year, month, day) = (date[0], date[1], date[2])
        guard (1980...2107).contains(year), (1...12).contains(month), day >= 1, day <= length(ofMonth: month, year),
            time[0] < 24, time[1] < 60, time[2] < 60
        else { return nil }
        return days(year, month, day) * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
    }

    private static func numbers(_ text: Substring, by separator: Character, digits: [Int]) -> [Int64]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == digits else { return nil }
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(part) : nil
        }
        return numbers.count == digits.count ? numbers : nil
    }

    private static func length(ofMonth month: Int64, _ year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// Days since 1970 of the Gregorian calendar; the year is counted from March, so that a leap day comes last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
