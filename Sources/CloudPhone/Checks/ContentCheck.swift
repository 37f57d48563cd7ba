/// What the `content` of an ADB command may hold (Cloud Phone API, what content may hold).
public enum ContentCheck {
    /// The longest content, in bytes.
    public static func limit(of command: CloudCommand) -> Int {
        switch command {
        case .install, .push, .uninstall: 1024
        case .installMultiple: 8100
        case .shell: 2048
        }
    }

    /// The most splits of one app.
    public static let mostSplits = 50

    /// Looks at a content as a whole: length, characters and form.
    ///
    /// - Throws: ``CheckFault`` that names the first wrong character with its place, counted from 1.
    public static func check(_ content: String, for command: CloudCommand) throws(CheckFault) {
        let remedy = command == .shell ? "push a script and run it" : "upload it under a name of plain ASCII letters"
        guard !content.isEmpty else { throw CheckFault("the content of \(command.rawValue) is empty") }
        let whole = command == .shell ? "a shell command" : "the content of \(command.rawValue)"
        for (place, character) in content.enumerated() where !isAllowed(character, in: command) {
            throw CheckFault("\(shown(character)) at place \(place + 1) is not allowed in \(whole)", advice: remedy)
        }
        let count = content.utf8.count
        guard count <= limit(of: command) else {
            throw CheckFault(
                "the content of \(command.rawValue) has \(count) bytes, \(limit(of: command)) are allowed",
                advice: command == .shell ? "push a script and run it" : "use shorter names")
        }
        let words = content.split(separator: " ", omittingEmptySubsequences: false)
        guard command == .shell || !words.contains("") else {
            throw CheckFault("the content of \(command.rawValue) has a blank too many")
        }
        try checkForm(words, for: command)
    }

    private static func checkForm(_ words: [Substring], for command: CloudCommand) throws(CheckFault) {
        let objects = words.drop { $0.hasPrefix("-") }
        switch command {
        case .shell:
            guard words.contains(where: { !$0.isEmpty }) else { throw CheckFault("the shell command is blank") }
        case .uninstall:
            guard words.count == 1 else { throw CheckFault("uninstall takes one package and nothing else") }
            try NameCheck.package(String(words[0]))
        case .push:
            guard words.count == 1 else { throw CheckFault("push takes one object and nothing else") }
            try object(words[0], ending: ".tar")
        case .install:
            guard objects.count == 1 else { throw CheckFault("install takes exactly one .apk behind its options") }
            for word in objects { try object(word, ending: ".apk") }
        case .installMultiple:
            guard (1...mostSplits).contains(objects.count) else {
                throw CheckFault("install-multiple takes 1 to \(mostSplits) splits, not \(objects.count)")
            }
            for word in objects { try object(word, ending: ".apk") }
        }
    }

    /// `obs://bucket/key`, with a key that does not begin with a slash.
    private static func object(_ word: Substring, ending: String) throws(CheckFault) {
        guard word.hasPrefix("obs://"), let slash = word.dropFirst(6).firstIndex(of: "/") else {
            throw CheckFault("\(word) is not obs://BUCKET/PATH")
        }
        try NameCheck.bucket(String(word.dropFirst(6)[..<slash]))
        let key = word[word.index(after: slash)...]
        guard !key.isEmpty, !key.hasPrefix("/") else { throw CheckFault("\(word) names no object behind its bucket") }
        guard key.hasSuffix(ending) else { throw CheckFault("\(word) does not end in \(ending)") }
    }

    private static func isAllowed(_ character: Character, in command: CloudCommand) -> Bool {
        guard let byte = character.asciiValue, character != "\r\n" else { return false }
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "-"),
            UInt8(ascii: " "):
            return true
        case UInt8(ascii: "?"), UInt8(ascii: "="), UInt8(ascii: "&"), UInt8(ascii: "|"): return command == .shell
        default: return false
        }
    }

    private static func shown(_ character: Character) -> String {
        switch character {
        case "\n", "\r\n", "\r": "a line feed"
        case "\t": "a tabulator"
        default: "`\(character)`"
        }
    }
}
