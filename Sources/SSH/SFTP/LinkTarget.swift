/// Where the text of a symbolic link leads.
enum LinkTarget {
    /// Whether a link's text, taken name by name, never climbs above the tree's root.
    ///
    /// A text that goes on behind `..` through another link could; such a text is refused where it climbs after a name.
    static func staysInside(_ target: [UInt8], from path: SFTPPath) -> Bool {
        guard let first = target.first, first != UInt8(ascii: "/"), !target.contains(0) else { return false }
        var depth = path.bytes.count { $0 == UInt8(ascii: "/") }
        var hasDescended = false
        for name in target.split(separator: UInt8(ascii: "/")) where name != [0x2E] {
            if name == [0x2E, 0x2E] {
                guard !hasDescended, depth > 0 else { return false }
                depth -= 1
            } else {
                hasDescended = true
            }
        }
        return true
    }
}
