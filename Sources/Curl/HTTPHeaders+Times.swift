import Glibc

/// The times that an answer tells of itself (RFC 9110, `Date` and `Retry-After`).
extension HTTPHeaders {
    /// The server's own time, in seconds since 1970; nil when it does not say.
    public var date: Int? { self["Date"].flatMap(Self.seconds(ofDate:)) }

    /// When a server wants to be asked again: the pause that it names, as a count of seconds or as a date.
    ///
    /// - Parameter now: The time, in seconds since 1970.
    /// - Returns: Less than 70 years; nil when it names neither.
    public func retryAfter(now: Int) -> Duration? {
        guard let text = self["Retry-After"] else { return nil }
        if let seconds = Self.number(text) { return .seconds(min(seconds, 1 << 31)) }
        return Self.seconds(ofDate: text).map { .seconds(max(0, min($0 - now, 1 << 31))) }
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Reads `Wed, 21 Oct 2026 07:28:00 GMT`.
    private static func seconds(ofDate text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
            let day = number(words[1]), (1...31).contains(day),
            let year = number(words[3]), (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { number($0) }
        guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] < 61 else { return nil }
        var parts = tm()
        parts.tm_year = CInt(year - 1900)
        parts.tm_mon = CInt(month)
        parts.tm_mday = CInt(day)
        parts.tm_hour = CInt(clock[0])
        parts.tm_min = CInt(clock[1])
        parts.tm_sec = CInt(clock[2])
        return timegm(&parts)
    }

    /// Digits and nothing else: `Int` would take a sign as well.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }
}
