import Glibc

/// The moment of a signature, in the spellings that services want; they refuse one that is 15 minutes off.
public struct SigningTime: Hashable, Sendable {
    private let parts: Parts
    /// Seconds since 1970.
    let seconds: Int

    private struct Parts: Hashable, Sendable {
        let year, month, day, hour, minute, second, weekday: Int
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A moment in seconds since 1970.
    public init(secondsSince1970: Int) {
        seconds = secondsSince1970
        var moment = time_t(secondsSince1970)
        var civil = tm()
        gmtime_r(&moment, &civil)
        parts = Parts(
            year: Int(civil.tm_year) + 1900, month: Int(civil.tm_mon) + 1, day: Int(civil.tm_mday),
            hour: Int(civil.tm_hour), minute: Int(civil.tm_min), second: Int(civil.tm_sec),
            weekday: Int(civil.tm_wday))
    }

    /// Seconds since 1970, now.
    public static var nowSeconds: Int { Int(time(nil)) }

    /// Now.
    public static var now: SigningTime { SigningTime(secondsSince1970: time(nil)) }

    /// `20260102T030405Z`.
    public var compact: String { "\(day)T\(two(parts.hour))\(two(parts.minute))\(two(parts.second))Z" }

    /// `20260102`.
    var day: String { "\(four(parts.year))\(two(parts.month))\(two(parts.day))" }

    /// `2026-01-02`.
    public var date: String { "\(four(parts.year))-\(two(parts.month))-\(two(parts.day))" }

    /// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 1123).
    public var header: String {
        "\(Self.days[parts.weekday]), \(two(parts.day)) \(Self.months[parts.month - 1]) \(four(parts.year)) "
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) GMT"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private func four(_ number: Int) -> String { String("000\(number)".suffix(max(4, "\(number)".count))) }
}
