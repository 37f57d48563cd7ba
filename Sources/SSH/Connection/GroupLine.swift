/// The first line of a command's output, by which its shell tells its process group.
struct GroupLine {
    /// The group's number, once it has been read.
    private(set) var number: Int32?
    /// Whether it has been read, or will not come any more.
    private(set) var isOver = false
    private var gathered: [UInt8] = []

    private static let mark = Array("\u{2}drover ".utf8)
    private static let end = UInt8(ascii: "\n")
    /// What stands before it is the greeting of a login script; one longer than this has no such line after it.
    private static let longest = 64 << 10

    /// A line for the user's shell that has `/bin/sh` tell its group and then run `line`.
    ///
    /// `exec` keeps the process that the server made the leader of a group of its own, whatever shell the user has.
    static func announced(_ line: String) -> String {
        let script = "printf '\\002drover %d\\n' $$\n\(line)"
        return "exec /bin/sh -c '\(script.replacing("'", with: "'\\''"))'"
    }

    /// Answers what is not the line; nothing while it may still come.
    mutating func strip(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        gathered.append(contentsOf: bytes)
        if let start = gathered.firstRange(of: Self.mark) {
            if let end = gathered[start.upperBound...].firstIndex(of: Self.end) {
                number = Int32(String(decoding: gathered[start.upperBound..<end], as: UTF8.self).filter(\.isNumber))
                gathered.removeSubrange(start.lowerBound...end)
                return rest()
            }
        }
        return gathered.count > Self.longest ? rest() : []
    }

    /// What was held back.
    mutating func rest() -> [UInt8] {
        isOver = true
        defer { gathered = [] }
        return gathered
    }
}
