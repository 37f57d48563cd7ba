/// A phone's log: the last lines, and those who follow it.
final class LogBuffer {
    struct Line {
        /// Milliseconds since 1970.
        var milliseconds: Int64
        var pid: Int
        var priority: Character
        var tag: String
        var message: String

        /// The line as `logcat -v FORMAT` prints it; what is not known is `threadtime`.
        func text(_ format: String) -> String {
            let pid = String(pid).leftPadded(to: 5)
            let time = CivilTime(milliseconds: milliseconds).logText
            return switch format {
            case "brief": "\(priority)/\(tag.padded(to: 8))(\(pid)): \(message)"
            case "tag": "\(priority)/\(tag.padded(to: 8)): \(message)"
            case "raw": message
            case "time": "\(time) \(priority)/\(tag.padded(to: 8))(\(pid)): \(message)"
            default: "\(time) \(pid) \(pid) \(priority) \(tag.padded(to: 8)): \(message)"
            }
        }
    }

    /// Lines that are kept; older ones are lost.
    static let capacity = 512

    private(set) var lines: [Line] = []
    private var followers: [Int: (Line) -> Void] = [:]
    private var nextFollower = 0

    func append(_ line: Line) {
        if lines.count >= Self.capacity { lines.removeFirst(Self.capacity / 4) }
        lines.append(line)
        for follower in followers.values { follower(line) }
    }

    func clear() { lines = [] }

    /// Has `body` called with each new line until ``unfollow(_:)``.
    func follow(_ body: @escaping (Line) -> Void) -> Int {
        nextFollower += 1
        followers[nextFollower] = body
        return nextFollower
    }

    func unfollow(_ number: Int) { followers[number] = nil }
}

extension String {
    func padded(to width: Int, with pad: Character = " ") -> String {
        count >= width ? self : self + String(repeating: pad, count: width - count)
    }

    func leftPadded(to width: Int, with pad: Character = " ") -> String {
        count >= width ? self : String(repeating: pad, count: width - count) + self
    }
}
