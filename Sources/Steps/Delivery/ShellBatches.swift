import Farm

/// Many words and commands in as few shell lines as a phone takes.
enum ShellBatches {
    /// Phones without the shell protocol take 4096 bytes in all; the others a whole packet.
    static func lineLimit(of phone: any ConnectedPhone) -> Int {
        hasShellProtocol(phone) ? 60_000 : 3_500
    }

    /// Whether a command's input can be ended, and its output and exit code come apart; from Android 7 on.
    static func hasShellProtocol(_ phone: any ConnectedPhone) -> Bool {
        (phone.facts["features"] ?? "").split(separator: ",").contains("shell_v2")
    }

    /// Cuts a list of words into parts whose quoted length stays below a limit.
    static func packed(_ words: [String], limit: Int) -> [[String]] {
        words.parts(upTo: limit) { $0.utf8.count + 3 }
    }

    /// Joins commands with `&&` into lines below a limit.
    static func joined(_ commands: [String], limit: Int) -> [String] {
        var lines: [String] = []
        for command in commands {
            if let last = lines.last, last.utf8.count + command.utf8.count + 4 <= limit {
                lines[lines.count - 1] = last + " && " + command
            } else {
                lines.append(command)
            }
        }
        return lines
    }
}
