import Glibc

/// How the library converts names: it goes by the thread's locale.
enum NameLocale {
    /// Names become UTF-8, and letters with combining marks become composed ones on reading.
    case utf8
    /// Names that are more than ASCII stay as their bytes are, with a warning.
    case plain

    // Made once and never freed or changed; nil where the system has no such locale, and names stay ASCII.
    nonisolated(unsafe) private static let utf8Locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
    nonisolated(unsafe) private static let plainLocale = newlocale(LC_CTYPE_MASK, "C", nil)

    func during<Result: ~Copyable, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        guard let locale = self == .utf8 ? Self.utf8Locale : Self.plainLocale else { return try body() }
        let previous = uselocale(locale)
        defer { _ = uselocale(previous) }
        return try body()
    }
}
