/// Times as object stores write and read them.
enum StorageTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// `2026-01-02T03:04:05.000Z`, as in lists.
    static func stamp(_ seconds: Int) -> String {
        let time = CivilTime(seconds: Int64(seconds))
        return "\(time.date)T\(time.clock).000Z"
    }

    /// `Fri, 02 Jan 2026 03:04:05 GMT`, as in header fields.
    static func header(_ seconds: Int) -> String {
        let time = CivilTime(seconds: Int64(seconds))
        let day = time.day < 10 ? "0\(time.day)" : "\(time.day)"
        return "\(days[seconds / 86_400 % 7]), \(day) \(months[time.month - 1]) \(time.year) \(time.clock) GMT"
    }

    /// `20260102T030405Z`, as in signatures.
    static func compact(_ seconds: Int) -> String {
        String(stamp(seconds).prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }

    /// Reads what ``header(_:)`` writes, and `20260102T030405Z`; nil for anything else.
    static func seconds(_ text: String) -> Int? {
        let words = text.split { " ,:".contains($0) }
        if words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: String(words[2])) {
            let numbers = [words[3], words[1], words[4], words[5], words[6]].compactMap { Int($0) }
            guard numbers.count == 5 else { return nil }
            return seconds(numbers[0], month + 1, numbers[1], numbers[2], numbers[3], numbers[4])
        }
        let digits = Array(text.utf8)
        guard digits.count == 16, digits[8] == UInt8(ascii: "T"), digits[15] == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: digits[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), let hour = number(9..<11),
            let minute = number(11..<13), let second = number(13..<15)
        else { return nil }
        return seconds(year, month, day, hour, minute, second)
    }

    private static func seconds(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int
    ) -> Int? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Days since 1970, with years that begin in March, so that the leap day is the last of a year.
        let shifted = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let leaps = shifted.0 / 4 - shifted.0 / 100 + shifted.0 / 400
        let days = 365 * shifted.0 + leaps + (153 * shifted.1 + 2) / 5 + day - 1 - 719_468
        return ((days * 24 + hour) * 60 + minute) * 60 + second
    }
}
