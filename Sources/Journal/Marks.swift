/// What a reader should know beside the verdict.
public struct Marks: OptionSet, Hashable, Sendable {
    /// Passed, but only on a later attempt.
    public static let flaky = Self(rawValue: 1)
    /// Failed, and the playbook's rescue put it right.
    public static let rescued = Self(rawValue: 2)
    /// Failed, and the playbook said to go on all the same.
    public static let tolerated = Self(rawValue: 4)

    /// One bit for each mark.
    public let rawValue: UInt8

    /// Takes the bits as they are.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The marks in words, in a fixed order.
    public var words: [String] {
        var words: [String] = []
        if contains(.flaky) { words.append("flaky") }
        if contains(.rescued) { words.append("rescued") }
        if contains(.tolerated) { words.append("tolerated") }
        return words
    }

    /// Reads one word back; an unknown one is no mark, so that an older reader can show a newer journal.
    public init(word: String) {
        switch word {
        case "flaky": self = .flaky
        case "rescued": self = .rescued
        case "tolerated": self = .tolerated
        default: self = []
        }
    }
}
