/// A piece of a word: text, or something to be put in when the command runs.
enum WordPart: Hashable {
    /// Text as it is; unquoted text may hold patterns.
    case text(String, quoted: Bool)
    /// `$NAME`, `${NAME}`, `${NAME:-text}`.
    case variable(String, fallback: String?, quoted: Bool)
    /// `${#NAME}`, `${NAME#pattern}`, `${NAME%pattern}` and the greedy `##` and `%%`.
    case trimmed(String, VariableTrim, quoted: Bool)
    /// `$((...))`, with what has to be put in before it is computed.
    case arithmetic([WordPart])
    /// `$(...)` or backquotes: the script to run.
    case output(of: ShellScript, quoted: Bool)
}

/// What is done to a variable's value in braces.
enum VariableTrim: Hashable {
    case length
    case prefix(String, isGreedy: Bool)
    case suffix(String, isGreedy: Bool)
}

/// A word before anything was put in.
struct Word: Hashable {
    var parts: [WordPart] = []

    /// The text, where nothing is quoted and nothing is to be put in: only such words are keywords.
    var bare: String? {
        guard parts.count == 1, case .text(let text, quoted: false) = parts[0] else { return nil }
        return text
    }
}

/// Where a command's input comes from or its output goes to.
struct Redirection: Hashable {
    enum Kind: Hashable { case input, output, append, duplicate, document }

    var descriptor: Int
    var kind: Kind
    /// A path, for `duplicate` the other descriptor, for `document` the text itself.
    var goal: Word
}

/// One command with its words.
struct SimpleCommand: Hashable {
    struct Assignment: Hashable {
        var name: String
        var value: Word
    }

    var assignments: [Assignment] = []
    var words: [Word] = []
    var redirections: [Redirection] = []
}

/// A script as a tree.
indirect enum ShellScript: Hashable {
    struct Item: Hashable {
        var script: ShellScript
        var isBackground: Bool
    }

    case simple(SimpleCommand)
    case pipeline([ShellScript])
    case not(ShellScript)
    case and(ShellScript, ShellScript)
    case or(ShellScript, ShellScript)
    case sequence([Item])
    /// `{ ...; }` and `( ... )`.
    case group(ShellScript, isSubshell: Bool, [Redirection])
    case choice(condition: ShellScript, then: ShellScript, otherwise: ShellScript?)
    case each(name: String, words: [Word], body: ShellScript)
    case loop(condition: ShellScript, until: Bool, body: ShellScript)
    /// `case WORD in PATTERN|PATTERN) ...;; esac`.
    case selection(Word, [Branch])
    /// `NAME() { ...; }`.
    case function(name: String, body: ShellScript)

    struct Branch: Hashable {
        var patterns: [Word]
        var body: ShellScript
    }
}

/// A script that cannot be read, in the shell's words.
struct ShellSyntaxError: Error, Hashable {
    var text: String

    static func unexpected(_ token: String) -> Self { Self(text: "syntax error: unexpected '\(token)'") }
    static let noClosingQuote = Self(text: "no closing quote")
}
