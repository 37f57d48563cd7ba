/// A time as every `touch -t` takes it: `202611210928.05`, in UTC.
struct TouchTime: CustomStringConvertible {
    let description: String

    /// - Parameter seconds: Since 1970; what lies outside of the years 1970 to 9999 becomes the nearest of them.
    init(_ seconds: Int64) {
        let seconds = min(max(0, seconds), 253_402_300_799)
        let (days, rest) = (seconds / 86_400, seconds % 86_400)
        // Years that begin in March have their leap day at the end.
        let era = (days + 719_468) / 146_097
        let day = (days + 719_468) % 146_097
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
        let ofYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let ofMonth = ofYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        description =
            "\(civilYear)\(two(civilMonth))\(two(ofMonth))\(two(rest / 3600))\(two(rest / 60 % 60)).\(two(rest % 60))"
    }
}
