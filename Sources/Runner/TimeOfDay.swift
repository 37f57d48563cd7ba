import Glibc

/// The local time of day on this machine's clock.
public enum TimeOfDay {
    /// How long it is until the clock next shows an hour and a minute; up to a day.
    public static func wait(hour: Int, minute: Int) -> Duration {
        var now = time_t()
        time(&now)
        var parts = tm()
        localtime_r(&now, &parts)
        let seconds = (Int(parts.tm_hour) * 60 + Int(parts.tm_min)) * 60 + Int(parts.tm_sec)
        let wanted = (hour * 60 + minute) * 60
        return .seconds(wanted > seconds ? wanted - seconds : wanted - seconds + 86_400)
    }
}
