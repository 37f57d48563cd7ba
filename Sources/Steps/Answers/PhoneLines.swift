/// The lines of what a phone printed, without line ends and empty lines.
///
/// Cut at bytes and not at characters: a phone may print megabytes, and nearly all of it is of no interest.
struct PhoneLines: Sequence, IteratorProtocol {
    /// Of longer lines only so many bytes are looked at.
    private static let longest = 65_536
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    mutating func next() -> Substring? {
        rest = rest.drop { $0 == 0x0A || $0 == 0x0D }
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? rest.endIndex
        defer { rest = rest[end...] }
        return Substring(rest[..<end].prefix(Self.longest))
    }
}
