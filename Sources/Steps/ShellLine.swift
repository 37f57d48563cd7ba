import PlaybookLanguage

/// A shell line put together from words, each of which reaches the command as it is.
struct ShellLine: CustomStringConvertible {
    /// The line as `/system/bin/sh -c` gets it.
    let description: String

    /// Joins words into one command; every word is quoted unless it is plainly harmless.
    init(_ words: String...) { self.init(words) }

    /// Joins words into one command.
    init(_ words: [String]) {
        description = words.map(Self.quoted).joined(separator: " ")
    }

    /// One word for the shell; a NUL, which no command line can carry, is left out.
    static func quoted(_ word: String) -> String {
        ShellQuoting.quoted(word) ?? quoted(word.filter { $0 != "\0" })
    }
}
