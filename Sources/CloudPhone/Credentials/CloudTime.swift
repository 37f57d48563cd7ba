import Glibc

/// The times that the services write (Cloud Phone API, token; OBS, signature).
public enum CloudTime {
    /// Seconds since 1970, as this machine believes.
    public static var now: Int { time(nil) }

    /// Seconds since 1970 of `2026-01-03T03:04:05.000000Z`, with or without a fraction; nil for anything else.
    public static func seconds(of text: String) -> Int? {
        guard text.hasSuffix("Z"), text.utf8.count >= 20 else { return nil }
        let halves = text.dropLast().prefix { $0 != "." }.split(separator: "T")
        guard halves.count == 2 else { return nil }
        let day = halves[0].split(separator: "-").compactMap { Int($0) }
        let hour = halves[1].split(separator: ":").compactMap { Int($0) }
        guard day.count == 3, hour.count == 3 else { return nil }
        return seconds(year: day[0], month: day[1], day: day[2], hour: hour[0], minute: hour[1], second: hour[2])
    }

    private static func seconds(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Int? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        var parts = tm()
        parts.tm_year = CInt(year - 1900)
        parts.tm_mon = CInt(month - 1)
        parts.tm_mday = CInt(day)
        parts.tm_hour = CInt(hour)
        parts.tm_min = CInt(minute)
        parts.tm_sec = CInt(second)
        return Int(timegm(&parts))
    }
}
