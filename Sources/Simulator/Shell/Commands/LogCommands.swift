/// `logcat` and `log`.
enum LogCommands {
    static let commands: [String: ShellCommand] = ["logcat": .slow(show), "log": .quick(write)]

    /// What the words of a call ask for.
    private struct Wish {
        var stops = false
        var clears = false
        var format = "threadtime"
        /// The last so many lines.
        var count: Int?
        /// Milliseconds since 1970 before which lines are left out.
        var since: Int64?
        /// The same as `MM-DD hh:mm:ss.mmm`, which sorts like the time within a year.
        var sinceText = ""
        var filters: [String] = []
    }

    private static let valued: Set<Character> = ["b", "e", "m", "r", "n", "f"]

    /// `logcat [-d] [-c] [-v FORMAT] [-t N] [-T N|TIME] [-s] [TAG:PRIORITY...]`.
    ///
    /// Without `-d` or `-t` it goes on until the stream is closed.
    private static func show(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let device = call.device
        let wish = read(call.arguments)
        guard !wish.clears else {
            device.log.clear()
            return then(0)
        }
        let lines = device.log.lines.filter { line in
            line.milliseconds >= wish.since ?? 0 && isWanted(line, wish.filters)
                && (wish.sinceText.isEmpty || CivilTime(milliseconds: line.milliseconds).logText >= wish.sinceText)
        }
        call.streams.output.write("--------- beginning of main\n")
        for line in lines.suffix(wish.count ?? lines.count) { call.print(line.text(wish.format)) }
        guard !wish.stops else { return then(0) }
        let follower = device.log.follow { if isWanted($0, wish.filters) { call.print($0.text(wish.format)) } }
        call.process.onStop { device.log.unfollow(follower) }
    }

    private static func read(_ arguments: [String]) -> Wish {
        var wish = Wish()
        var words = arguments[...]
        while let word = words.popFirst() {
            switch word {
            case "-d": wish.stops = true
            case "-c": wish.clears = true
            case "-v": wish.format = words.popFirst() ?? wish.format
            case "-t", "-T":
                if word == "-t" { wish.stops = true }
                let start = words.popFirst() ?? ""
                if let count = Int(start) {
                    wish.count = count
                } else if let since = milliseconds(start) {
                    wish.since = since
                } else {
                    // With or without the year: `2026-11-20 10:15:00.0`.
                    wish.sinceText = String(start.count(where: { $0 == "-" }) == 2 ? start.dropFirst(5) : start[...])
                }
            case "-s": wish.filters.append("*:S")
            case _ where word.hasPrefix("--"): continue
            case _ where word.hasPrefix("-"):
                if word.count == 2, let letter = word.last, valued.contains(letter) { words = words.dropFirst() }
            default: wish.filters.append(word)
            }
        }
        return wish
    }

    /// Seconds since 1970 with a fraction.
    private static func milliseconds(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let seconds = Int64(parts[0]) else { return nil }
        return seconds * 1000 + (Int64(String(parts[1].prefix(3)).padded(to: 3, with: "0")) ?? 0)
    }

    private static func isWanted(_ line: LogBuffer.Line, _ filters: [String]) -> Bool {
        guard !filters.isEmpty else { return true }
        let order = Array("VDIWEFS")
        var least: Character = filters.contains("*:S") ? "S" : "V"
        for filter in filters {
            let pair = filter.split(separator: ":")
            guard let tag = pair.first, tag == line.tag || tag == "*" else { continue }
            least = pair.count > 1 ? pair[1].first ?? "V" : "V"
            if tag == line.tag { break }
        }
        guard let bound = order.firstIndex(of: least), let own = order.firstIndex(of: line.priority) else {
            return true
        }
        return own >= bound
    }

    /// `log [-p PRIORITY] [-t TAG] TEXT...`.
    private static func write(_ call: ShellCall) -> Int32 {
        var tag = "log"
        var priority: Character = "I"
        var words = call.arguments[...]
        while let word = words.first, word == "-t" || word == "-p" {
            words.removeFirst()
            let value = words.popFirst() ?? ""
            if word == "-t" { tag = value } else { priority = value.uppercased().first ?? "I" }
        }
        call.device.write(tag, words.joined(separator: " "), priority: priority, pid: call.process.pid)
        return 0
    }
}
