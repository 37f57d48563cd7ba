/// The field `Content-Range`: which bytes of how many an answer holds.
struct ContentRange: Hashable {
    /// The first byte; nil in an answer that holds none.
    let start: Int64?
    /// How many bytes the whole has; nil when the server does not say.
    let total: Int64?

    /// Reads `bytes 5-9/10`, `bytes 5-9/*` and `bytes */10`; nil for anything else.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        total = Self.number(parts[1])
        guard total != nil || parts[1] == "*" else { return nil }
        guard parts[0] != "*" else {
            start = nil
            return
        }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last,
            total.map({ last < $0 }) ?? true
        else { return nil }
        start = first
    }

    /// Digits and nothing else: `Int64` would take a sign as well.
    static func number(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64(text)
    }
}
