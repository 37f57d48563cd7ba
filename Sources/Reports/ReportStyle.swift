/// How a report may look where it is going.
public struct ReportStyle: Hashable, Sendable {
    /// Whether to colour with ANSI escapes; only a terminal understands them.
    public let isColoured: Bool
    /// The columns of a line, at least 40.
    public let width: Int

    /// Describes the place where the report goes.
    public init(isColoured: Bool, width: Int) {
        self.isColoured = isColoured
        self.width = max(40, width)
    }

    /// No colours, 100 columns: files, pipes, golden texts.
    public static let plain = ReportStyle(isColoured: false, width: 100)

    enum Colour: String {
        case good = "32"
        case changed = "33"
        case bad = "31"
        case lost = "35"
        case quiet = "2"
        case bold = "1"
        case running = "36"
    }

    func paint(_ text: String, _ colour: Colour) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
