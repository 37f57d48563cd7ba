/// Columns of text, each as wide as its widest cell.
public struct TextTable: Sendable {
    /// On which side of its column a cell stands.
    public enum Alignment: Hashable, Sendable {
        /// For words.
        case left
        /// For numbers.
        case right
    }

    private let headings: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// Starts a table.
    ///
    /// - Parameter columns: The headings and how the cells below them stand; empty headings leave the heading line out.
    public init(_ columns: [(heading: String, alignment: Alignment)]) {
        headings = columns.map(\.heading)
        alignments = columns.map(\.alignment)
    }

    /// Adds a row; missing cells are empty, control characters are made visible.
    public mutating func add(_ cells: [String]) {
        rows.append(headings.indices.map { $0 < cells.count ? Escaping.line(cells[$0]) : "" })
    }

    /// The lines of the table, without spaces at their ends.
    ///
    /// - Parameter indent: What each line begins with.
    public func lines(indent: String = "") -> [String] {
        var all = rows
        if headings.contains(where: { !$0.isEmpty }) { all.insert(headings, at: 0) }
        var widths = headings.map { _ in 0 }
        for row in all {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
        }
        return all.map { row in
            var line = indent
            for (column, cell) in row.enumerated() {
                // A column without a heading or a cell takes no space.
                guard widths[column] > 0 else { continue }
                if line.utf8.count > indent.utf8.count { line += "  " }
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += alignments[column] == .left ? cell + space : space + cell
            }
            while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
            return line
        }
    }
}
