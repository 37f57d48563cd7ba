import DroverTesting

/// A command that a page shows, and what it says the command prints.
struct TypedCommand: Sendable {
    /// The line as it stands on the page.
    let line: String
    /// What stands in front of the program, as `NAME=value`.
    let environment: [String: String]
    /// The words, the program's name first.
    let words: [String]
    /// The lines below it.
    let expected: [String]

    init(_ line: String, expected: [String] = []) {
        var words = Self.words(of: line)
        var environment: [String: String] = [:]
        while let first = words.first, let sign = first.firstIndex(of: "="), first[..<sign].allSatisfy(Self.isName) {
            environment[String(first[..<sign])] = String(first[first.index(after: sign)...])
            words.removeFirst()
        }
        self.line = line
        self.words = words
        self.environment = environment
        self.expected = expected
    }

    /// The commands of a block: each begins with `$ `.
    static func all(in block: CodeBlock) -> [TypedCommand] {
        var commands: [(line: String, expected: [String])] = []
        for line in block.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("$ ") {
                commands.append((String(line.dropFirst(2)), []))
            } else if !commands.isEmpty {
                commands[commands.count - 1].expected.append(String(line))
            }
        }
        return commands.map { TypedCommand($0.line, expected: $0.expected) }
    }

    private static func isName(_ character: Character) -> Bool {
        character == "_" || character.isASCII && (character.isLetter || character.isNumber)
    }

    /// The words as a shell reads them: blanks part them, both kinds of quotes hold them together, `#` ends them.
    static func words(of line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            switch (quote, character) {
            case (let open?, _) where character == open: quote = nil
            case (_?, _): word?.append(character)
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case (nil, " "):
                if let word { words.append(word) }
                word = nil
            case (nil, "#") where word == nil: return words
            case (nil, _): word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    /// Whether a text is what the page says, where only what differs from run to run may differ.
    func isAnswered(by text: String) -> Bool {
        Self.fits(Self.lines(of: expected.joined(separator: "\n"))[...], Self.lines(of: text)[...])
    }

    private static func lines(of text: String) -> [String] {
        var text = Transcript.withoutChance(text)
        text.replace(/\b[0-9.]+ [kKMG]?B moved/, with: "N moved")
        text.replace(/\b[0-9a-f]{64}\b/, with: "SUM")
        text.replace(/held by \S+/, with: "held by SOMEBODY")
        text.replace(/process [0-9]+\) for [0-9]+[smh]/, with: "process N) for TIME")
        text.replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:]+)?/, with: "DATE")
        text.replace(/DATE +\S+ +broken/, with: "DATE SOMEBODY broken")
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// Compares lines; `...` stands for any number of them.
    private static func fits(_ expected: ArraySlice<String>, _ lines: ArraySlice<String>) -> Bool {
        guard let first = expected.first else { return lines.isEmpty }
        let rest = expected.dropFirst()
        guard first.drop(while: { $0 == " " }) == "..." else {
            return lines.first == first && fits(rest, lines.dropFirst())
        }
        return (lines.startIndex...lines.endIndex).contains { fits(rest, lines[$0...]) }
    }
}
