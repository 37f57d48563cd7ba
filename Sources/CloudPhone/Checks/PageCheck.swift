/// The bounds of lists (Cloud Phone API, operations).
enum PageCheck {
    /// Looks at a page's size and place.
    static func check(limit: Int?, most: Int, offset: Int? = nil) throws(CheckFault) {
        if let limit, !(1...most).contains(limit) { throw CheckFault("a page has 1 to \(most) entries, not \(limit)") }
        if let offset, offset < 0 { throw CheckFault("a list begins at 0, not at \(offset)") }
    }
}
