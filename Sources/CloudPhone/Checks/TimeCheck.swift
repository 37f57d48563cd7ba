/// The times that the service takes (Cloud Phone API, scheduled events).
enum TimeCheck {
    /// Looks at a time in UTC.
    ///
    /// - Parameter mayBeNow: Whether an empty text says now.
    static func check(_ text: String, mayBeNow: Bool) throws(CheckFault) {
        guard !(mayBeNow && text.isEmpty), CloudTime.seconds(of: text) == nil else { return }
        throw CheckFault(
            "`\(text.prefix(40))` is no time", advice: "write it in UTC, such as 2026-01-02T03:04:05Z")
    }
}
