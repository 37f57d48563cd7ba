/// `logcat` and `log`.
enum LogCommands {
    static let commands: [String: ShellCommand] = ["logcat": .slow(show), "log": .quick(write)]

    private static let valued: Set<Character> = ["b", "v", "t", "T", "s", "e", "m", "r", "n", "f"]

    /// `logcat [-d] [-c] [-t N] [-T N] [-s] [TAG:PRIORITY...]`; without `-d` it goes on until the stream is closed.
    private static func show(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let device = call.device
        var stops = false
        var count: Int?
        var filters: [String] = []
        var words = call.arguments[...]
        while let word = words.popFirst() {
            switch word {
            case "-d": stops = true
            case "-c":
                device.log.clear()
                return then(0)
            case "-t":
                stops = true
                count = words.popFirst().flatMap { Int($0) }
            case "-T": count = words.popFirst().flatMap { Int($0) }
            case "-s": filters.append("*:S")
            case _ where word.hasPrefix("--"): continue
            case _ where word.hasPrefix("-"):
                if word.count == 2, let letter = word.last, valued.contains(letter) { words = words.dropFirst() }
            default: filters.append(word)
            }
        }
        let lines = device.log.lines.filter { isWanted($0, filters) }
        call.streams.output.write("--------- beginning of main\n")
        for line in lines.suffix(count ?? lines.count) { call.print(line.text) }
        guard !stops else { return then(0) }
        let follower = device.log.follow { if isWanted($0, filters) { call.print($0.text) } }
        call.process.onStop { device.log.unfollow(follower) }
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
