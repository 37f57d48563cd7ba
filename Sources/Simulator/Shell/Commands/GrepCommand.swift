/// `grep`: the lines in which something is found.
enum GrepCommand {
    static let commands: [String: ShellCommand] = ["grep": .slow(run)]

    /// `grep [-F] [-q] [-c] [-i] [-v] TEXT [FILE...]`: fixed text, with `^` and `$` at its ends.
    private static func run(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        var (letters, operands) = call.flags
        guard !operands.isEmpty else { return then(call.complain("no REGEX", status: 2)) }
        let isExact = letters.contains("F")
        let folds = letters.contains("i")
        let wanted = operands.removeFirst()
        let pattern = folds ? wanted.lowercased() : wanted
        guard !letters.contains("l") else { return then(searchFiles(call, pattern, operands, isExact)) }
        var found = 0
        TextCommands.eachInput(
            call, operands,
            { status in
                if letters.contains("c") { call.print(String(found)) }
                then(status > 1 ? status : found > 0 ? 0 : 1)
            }
        ) { _, bytes in
            for line in TextCommands.lines(bytes) {
                let text = folds ? line.lowercased() : String(line)
                guard matches(text, pattern, isExact) != letters.contains("v") else { continue }
                found += 1
                if !letters.contains("q"), !letters.contains("c") { call.print(String(line)) }
            }
            return 0
        }
    }

    /// `grep -l`: the names of the files in which something is found.
    private static func searchFiles(_ call: ShellCall, _ pattern: String, _ paths: [String], _ isExact: Bool) -> Int32 {
        let found = paths.filter { path in
            guard let content = try? call.device.files.read(call.absolute(path)) else { return false }
            return TextCommands.lines(content.array).contains { matches(String($0), pattern, isExact) }
        }
        for path in found { call.print(path) }
        return found.isEmpty ? 1 : 0
    }

    private static func matches(_ line: String, _ pattern: String, _ isExact: Bool) -> Bool {
        guard !isExact else { return line.contains(pattern) }
        let pattern = withoutBrackets(pattern)
        let atStart = pattern.hasPrefix("^")
        let atEnd = pattern.hasSuffix("$")
        let text = String(pattern.dropFirst(atStart ? 1 : 0).dropLast(atEnd ? 1 : 0)).replacing("\\", with: "")
        return switch (atStart, atEnd) {
        case (true, true): line == text
        case (true, false): line.hasPrefix(text)
        case (false, true): line.hasSuffix(text)
        case (false, false): text.isEmpty || line.contains(text)
        }
    }

    /// A single character in brackets is that character.
    private static func withoutBrackets(_ pattern: String) -> String {
        var text = ""
        var rest = Substring(pattern)
        while let first = rest.popFirst() {
            if first == "[", rest.count > 1, rest.dropFirst().first == "]", let only = rest.popFirst() {
                rest.removeFirst()
                text.append(only)
            } else {
                text.append(first)
            }
        }
        return text
    }
}
