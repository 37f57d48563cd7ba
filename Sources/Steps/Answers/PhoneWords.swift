/// Words that came from a phone, made fit to stand in one line of a message.
///
/// A phone may send anything: megabytes without a line end, terminal escapes, no words at all.
struct PhoneWords: Sendable {
    /// The longest line that is repeated to a person, in characters.
    static let longest = 200

    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The first line that is not empty, without control characters, cut at ``longest``; empty when there is none.
    var firstLine: String {
        Self.line(in: text) { $0.first }
    }

    /// The last line that is not empty, without control characters, cut at ``longest``; empty when there is none.
    ///
    /// Tools that print a stack trace or progress put what matters at the end.
    var lastLine: String {
        Self.line(in: text) { $0.last }
    }

    private static func line(in text: String, choose: ([Substring]) -> Substring?) -> String {
        let lines = PhoneLines(text).filter { !$0.allSatisfy(\.isWhitespace) }
        guard let line = choose(lines) else { return "" }
        var words = String.UnicodeScalarView()
        for scalar in line.unicodeScalars.drop(while: { $0 == " " || $0 == "\t" }) {
            guard words.count < longest else {
                words.append("…")
                break
            }
            words.append(isShown(scalar) ? scalar : "\u{FFFD}")
        }
        while words.last == " " { words.removeLast() }
        return String(words)
    }

    /// Control and format characters can move a terminal's cursor or turn text around; they are not shown.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
