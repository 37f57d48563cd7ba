import PlaybookLanguage

/// A text as `input text` can type it.
///
/// `input text` takes `%s` for a space and knows ASCII only; a `%s` that is meant is typed in two pieces, and a line's end
/// is the key ENTER.
struct TypedText: Sendable, Equatable, CustomStringConvertible {
    let description: String

    /// Looks whether a text can be typed.
    init(_ text: String) throws(TextMistake) {
        guard !text.isEmpty else { throw TextMistake("there is no text to type") }
        guard text.utf8.count <= 4096 else { throw TextMistake("the text is longer than 4096 characters") }
        if let other = text.unicodeScalars.first(where: { !$0.isASCII }) {
            throw TextMistake(
                "`\(other)` cannot be typed: Android's `input text` knows ASCII only",
                help: "have the app take the text another way, for example from a file or an intent")
        }
        guard text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A }) else {
            throw TextMistake("a control character cannot be typed", help: "use `key:`, for example `key: TAB`")
        }
        description = text
    }

    /// The shell line that types it.
    var line: String {
        var calls: [String] = []
        for (number, row) in description.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if number > 0 { calls.append("input keyevent KEYCODE_ENTER") }
            for piece in Self.pieces(of: row) {
                let typed = piece.map { $0 == " " ? "%s" : String($0) }.joined()
                calls.append(ShellLine("input", "text", typed).description)
            }
        }
        return calls.joined(separator: " && ")
    }

    /// Cuts between `%` and `s`, so that neither call sees both.
    private static func pieces(of row: Substring) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for character in row {
            if character == "s", piece.last == "%" {
                pieces.append(piece)
                piece = ""
            }
            piece.append(character)
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }
}

/// A key of a phone, by its name or number.
struct PhoneKey: Sendable, Equatable, CustomStringConvertible {
    let description: String

    /// Reads `HOME`, `KEYCODE_HOME` or `3`.
    init(_ text: String) throws(TextMistake) {
        if let number = Int(text), (0...1000).contains(number) {
            description = String(number)
            return
        }
        let name = text.uppercased()
        let isWord = name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        guard isWord, name.contains(where: \.isLetter), name.utf8.count <= 64 else {
            throw TextMistake("`\(text)` is no key", help: "write a name such as HOME, BACK or ENTER, or a number")
        }
        description = name.hasPrefix("KEYCODE_") ? name : "KEYCODE_\(name)"
    }
}

extension ArgumentKind where Result == TypedText {
    /// A text to be typed.
    static var typedText: Self { .parsed("a text") { text throws(TextMistake) in try TypedText(text) } }
}

extension ArgumentKind where Result == PhoneKey {
    /// A key.
    static var phoneKey: Self { .parsed("a key") { text throws(TextMistake) in try PhoneKey(text) } }
}

extension ArgumentKind where Result == [Int] {
    /// Coordinates on the screen: so many whole numbers, `shape` says which.
    static func points(_ count: Int, _ shape: String) -> Self {
        Self("a list \(shape)", types: [.list], isText: false) { value throws(TextMistake) in
            guard case .list(let members) = value, members.count == count else {
                throw TextMistake("\(shape) is needed")
            }
            var numbers: [Int] = []
            for member in members {
                guard case .integer(let number) = member, (0...100_000).contains(number) else {
                    throw TextMistake("a point on the screen is whole numbers from 0 on, in pixels: \(shape)")
                }
                numbers.append(Int(number))
            }
            return numbers
        }
    }
}
