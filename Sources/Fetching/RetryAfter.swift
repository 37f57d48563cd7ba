import Glibc

/// The field `Retry-After`: when a server wants to be asked again.
enum RetryAfter {
    /// The pause that is asked for, from a count of seconds or a date such as `Wed, 21 Oct 2026 07:28:00 GMT`.
    ///
    /// - Parameter now: The time, in seconds since 1970.
    /// - Returns: nil when it is neither.
    static func pause(_ text: String, now: Int64) -> Duration? {
        if let seconds = ContentRange.number(text) { return .seconds(min(seconds, 1 << 31)) }
        guard let date = seconds(ofDate: text) else { return nil }
        return .seconds(max(0, min(date - now, 1 << 31)))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func seconds(ofDate text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
            let day = ContentRange.number(words[1]), (1...31).contains(day),
            let year = ContentRange.number(words[3]), (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { ContentRange.number($0) }
        guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] < 61 else { return nil }
        var parts = tm()
        parts.tm_year = CInt(year - 1900)
        parts.tm_mon = CInt(month)
        parts.tm_mday = CInt(day)
        parts.tm_hour = CInt(clock[0])
        parts.tm_min = CInt(clock[1])
        parts.tm_sec = CInt(clock[2])
        return Int64(timegm(&parts))
    }
}
