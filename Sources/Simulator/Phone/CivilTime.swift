/// A time in UTC taken apart; phones of the simulation know no other zone.
struct CivilTime {
    let year, month, day, hour, minute, second, millisecond: Int

    init(seconds: Int64) { self.init(milliseconds: seconds * 1000) }

    init(milliseconds: Int64) {
        let days = Int((milliseconds / 86_400_000))
        let rest = Int(milliseconds % 86_400_000)
        millisecond = rest % 1000
        second = rest / 1000 % 60
        minute = rest / 60_000 % 60
        hour = rest / 3_600_000
        // Days since 0000-03-01 in eras of 400 years, so that the leap day is the last of a year.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private func two(_ number: Int) -> String { String(number).leftPadded(to: 2, with: "0") }

    /// `2026-11-20 10:15:00`.
    var text: String { "\(date) \(clock)" }
    /// `2026-11-20`.
    var date: String { "\(year)-\(two(month))-\(two(day))" }
    /// `10:15:00`.
    var clock: String { "\(two(hour)):\(two(minute)):\(two(second))" }
    /// `11-20 10:15:00.123`.
    var logText: String {
        "\(two(month))-\(two(day)) \(clock).\(String(millisecond).leftPadded(to: 3, with: "0"))"
    }
}
