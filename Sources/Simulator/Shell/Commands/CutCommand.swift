/// `cut`: parts of every line.
enum CutCommand {
    static let commands: [String: ShellCommand] = ["cut": .slow(run)]

    /// `cut -d X -f LIST` and `cut -c LIST`, of files or of its input.
    private static func run(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        var delimiter: Character = "\t"
        var list: String?
        var isOfCharacters = false
        var paths: [String] = []
        var words = call.arguments[...]
        while let word = words.popFirst() {
            guard word.count > 1, word.hasPrefix("-"), let letter = word.dropFirst().first else {
                paths.append(word)
                continue
            }
            let value = word.count > 2 ? String(word.dropFirst(2)) : words.popFirst() ?? ""
            switch letter {
            case "d": delimiter = value.first ?? "\t"
            case "f": list = value
            case "b", "c":
                list = value
                isOfCharacters = true
            default: return then(call.complain("Unknown option '\(letter)'"))
            }
        }
        guard let ranges = list.flatMap(ranges), !ranges.isEmpty else { return then(call.complain("bad list")) }
        TextCommands.eachInput(call, paths, then) { _, bytes in
            var output = LineOutput(call.streams.output)
            for line in TextCommands.lines(bytes) {
                if isOfCharacters {
                    let kept = line.enumerated().filter { index, _ in ranges.contains { $0.contains(index + 1) } }
                    output.write(String(kept.map(\.element)))
                    continue
                }
                let fields = line.split(separator: delimiter, omittingEmptySubsequences: false)
                let kept = fields.enumerated().filter { index, _ in ranges.contains { $0.contains(index + 1) } }
                let text = kept.map { String($0.element) }.joined(separator: String(delimiter))
                output.write(fields.count > 1 ? text : String(line))
            }
            output.flush()
            return 0
        }
    }

    /// `2`, `2-4`, `3-`, `-2` and several of them; nil for anything else.
    private static func ranges(_ list: String) -> [ClosedRange<Int>]? {
        var all: [ClosedRange<Int>] = []
        for part in list.split(separator: ",") {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            let low = ends[0].isEmpty ? 1 : Int(ends[0])
            let high = ends.count == 1 ? low : ends[1].isEmpty ? Int.max : Int(ends[1])
            guard let low, let high, low > 0, low <= high else { return nil }
            all.append(low...high)
        }
        return all
    }
}
