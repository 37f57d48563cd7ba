import Farm
import Journal

/// The command line that takes the unfinished targets through the same steps again.
enum NextCommand {
    /// Longer ones are not typed, and not even copied.
    private static let maximumLength = 600

    /// The run's own command line, narrowed to `names`; nil when there is none or it would get too long.
    static func again(_ header: RunHeader, for names: [String]) -> String? {
        guard let program = header.commandLine.first, !names.isEmpty else { return nil }
        var words = withoutLimit(Array(header.commandLine.dropFirst()))
        let limit = ["--limit", NameFolding.fold(names)]
        // What follows a double hyphen belongs to the phones' command.
        words.insert(contentsOf: limit, at: words.firstIndex(of: "--") ?? words.count)
        let name = program.split(separator: "/").last.map(String.init) == "drover" ? program : "drover"
        let command = ([name] + words).map(quoted).joined(separator: " ")
        return command.utf8.count <= maximumLength ? command : nil
    }

    /// Goes on with the run.
    static func resume(_ header: RunHeader) -> String {
        let program = header.commandLine.first ?? "drover"
        let name = program.split(separator: "/").last.map(String.init) == "drover" ? program : "drover"
        var words = [name, "resume", header.id.description]
        if let place = header.commandLine.firstIndex(of: "--runs"), place + 1 < header.commandLine.count {
            words += ["--runs", header.commandLine[place + 1]]
        }
        return words.map(quoted).joined(separator: " ")
    }

    private static func withoutLimit(_ words: [String]) -> [String] {
        var kept: [String] = []
        var place = 0
        while place < words.count {
            if words[place] == "--" { return kept + words[place...] }
            if words[place] == "--limit" {
                place += 2
                continue
            }
            if !words[place].hasPrefix("--limit=") { kept.append(words[place]) }
            place += 1
        }
        return kept
    }

    /// The word as a shell reads it back.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: ","),
                    UInt8(ascii: "+"), UInt8(ascii: "%"):
                    true
                default: false
                }
            }
        guard !isPlain else { return word }
        return "'"
            + Escaping.line(word).split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
            + "'"
    }
}
