/// Replaces the lines of the last frame on a terminal by those of the next.
///
/// It only makes bytes; whoever owns the terminal writes them.
public struct LivePainter: Sendable {
    private var height = 0

    /// Starts with nothing drawn.
    public init() {}

    /// The bytes that draw a frame over the one before.
    public mutating func frame(_ lines: [String]) -> String {
        var text = start
        for line in lines { text += "\(line)\u{1B}[K\n" }
        // Lines of a taller frame before must not stay below.
        text += "\u{1B}[J"
        height = lines.count
        return text
    }

    /// The bytes that remove the frame, so that other text can be written in its place.
    public mutating func clear() -> String {
        defer { height = 0 }
        return height == 0 ? "" : start + "\u{1B}[J"
    }

    private var start: String { height == 0 ? "\r" : "\r\u{1B}[\(height)A" }
}
