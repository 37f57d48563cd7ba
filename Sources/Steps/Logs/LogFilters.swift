import PlaybookLanguage

extension ArgumentKind where Result == [String] {
    /// Filters as `logcat` takes them: `Game:D`, or a tag alone for all of its lines.
    static var logFilters: Self {
        texts("a list of filters such as Game:D") { text throws(TextMistake) in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let tag = parts[0]
            guard parts.count <= 2, !tag.isEmpty, tag.first != "-", !text.contains(where: \.isWhitespace),
                !text.utf8.contains(0)
            else {
                throw TextMistake(
                    "`\(text)` is no filter of the log", help: "write a tag and a priority, such as Game:D")
            }
            guard parts.count == 2 else { return "\(tag):V" }
            let priority = parts[1].uppercased()
            guard priority.count == 1, "VDIWEFS".contains(priority) else {
                throw TextMistake(
                    "`\(parts[1])` is no priority of the log", help: "the priorities are V, D, I, W, E, F and S")
            }
            return "\(tag):\(priority)"
        }
    }

    /// Names of the log's buffers.
    static var logBuffers: Self {
        words(["all", "crash", "default", "events", "kernel", "main", "radio", "security", "stats", "system"])
    }

    /// Some of a few words; a single one stands for a list of one.
    static func words(_ words: [String]) -> Self {
        let phrase = "some of \(words.joined(separator: ", "))"
        return texts(phrase) { text throws(TextMistake) in
            guard words.contains(text) else {
                throw TextMistake("`\(text)` is not one of \(words.joined(separator: ", "))")
            }
            return text
        }
    }

    private static func texts(
        _ phrase: String, _ read: @escaping @Sendable (String) throws(TextMistake) -> String
    ) -> Self {
        Self(phrase, types: [.text, .list], isText: true) { value throws(TextMistake) in
            let members: [Value] = if case .list(let list) = value { list } else { [value] }
            var texts: [String] = []
            for member in members {
                guard let text = member.textForm else { throw TextMistake("\(phrase) is needed") }
                texts.append(try read(text))
            }
            guard !texts.isEmpty else { throw TextMistake("\(phrase) is needed, this list is empty") }
            return texts
        }
    }
}
