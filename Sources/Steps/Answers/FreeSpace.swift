/// The free space of one of the phone's volumes, as `df` tells it.
struct FreeSpace: Sendable, Equatable {
    /// The free bytes.
    let bytes: UInt64

    /// Reads the table of toybox's `df -k PATH`, or that of the older toolbox with sizes such as `9.3G`.
    ///
    /// - Returns: `nil` when no number could be found: the space is then unknown.
    init?(reading text: String) {
        let lines = Array(PhoneLines(text))
        guard let header = lines.first(where: { $0.hasPrefix("Filesystem") }) else { return nil }
        let titles = header.split(separator: " ")
        guard let column = titles.firstIndex(where: { $0 == "Available" || $0 == "Avail" || $0 == "Free" }) else {
            return nil
        }
        let inKibibytes = header.contains("1K-blocks") || header.contains("1024-blocks")
        // A long device name may push the numbers to a line of their own, so all words after the header are taken.
        guard let start = lines.firstIndex(of: header) else { return nil }
        let words = lines[(start + 1)...].flatMap { $0.split(separator: " ") }
        guard column < words.count else { return nil }
        let word = words[column]
        if let number = UInt64(word) {
            let (bytes, overflow) = number.multipliedReportingOverflow(by: inKibibytes ? 1024 : 1)
            self.bytes = overflow ? .max : bytes
        } else if let bytes = Self.scaled(word) {
            self.bytes = bytes
        } else {
            return nil
        }
    }

    private static func scaled(_ word: Substring) -> UInt64? {
        let units: [Character: Double] = ["K": 1024, "M": 1_048_576, "G": 1_073_741_824, "T": 1_099_511_627_776]
        guard let last = word.last, let unit = units[last], let number = Double(word.dropLast()) else { return nil }
        let bytes = number * unit
        guard bytes.isFinite, bytes >= 0, bytes < 9e18 else { return nil }
        return UInt64(bytes)
    }
}
