import Farm

/// The permission bits of a payload's files and folders.
struct PayloadModes: Hashable, Sendable {
    var files: UInt32?
    var folders: UInt32?
}

extension ArgumentKind where Result == String {
    /// Where a payload comes from; a relative path starts at a folder.
    static func payloadPlace(below folder: String?) -> Self {
        let phrase = "a path or an address"
        return .parsed(phrase) { text throws(TextMistake) in
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw TextMistake("\(phrase) is needed, this is an empty text")
            }
            guard !text.utf8.contains(0) else { throw TextMistake("a path cannot hold a NUL") }
            return joinedPath(text, below: folder)
        }
    }

    /// A SHA-256 in hex, given back in lowercase.
    static var sha256: Self {
        .parsed("a SHA-256") { text throws(TextMistake) in
            let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
            guard isHex else {
                throw TextMistake(
                    "a SHA-256 consists of digits and the letters a to f",
                    help: "`sha256sum FILE` prints it first on its line")
            }
            guard text.utf8.count == 64 else {
                throw TextMistake(
                    "a SHA-256 has 64 digits, this has \(text.utf8.count)",
                    help: text.utf8.count == 40 || text.utf8.count == 32
                        ? "this is a \(text.utf8.count == 40 ? "SHA-1" : "MD5"); take `sha256sum`" : nil)
            }
            return text.lowercased()
        }
    }

    /// The folder in front of every path of a payload, given back with its slash at the end.
    static var payloadPrefix: Self {
        .parsed("a relative folder") { text throws(TextMistake) in
            guard !text.hasPrefix("/") else {
                throw TextMistake("a prefix is relative", help: "`to` of the step says where on the phone it begins")
            }
            let path = text.hasSuffix("/") ? String(text.dropLast()) : text
            let names = path.split(separator: "/", omittingEmptySubsequences: false)
            guard !names.contains(where: \.isEmpty) else {
                throw TextMistake("a prefix is a relative folder, and a name in it is empty")
            }
            guard !names.contains(where: { $0 == ".." || $0 == "." }) else {
                throw TextMistake("a prefix stays inside: `.` and `..` cannot stand in it")
            }
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
                throw TextMistake("a prefix holds no control characters and no backslashes")
            }
            guard names.allSatisfy({ $0.utf8.count <= 255 }), text.utf8.count <= 4000 else {
                throw TextMistake("this prefix is too long for a phone", help: "a name has at most 255 bytes")
            }
            return path + "/"
        }
    }
}

extension ArgumentKind where Result == PayloadModes {
    /// `"644"`, or `{ files: "644", folders: "755" }`.
    static var payloadModes: Self {
        Self("a mode", types: [.text, .map], isText: true) { value throws(TextMistake) in
            guard case .map(let map) = value else { return PayloadModes(files: try mode(value), folders: nil) }
            var modes = PayloadModes()
            for (key, value) in map.sorted(by: { $0.key < $1.key }) {
                switch key {
                case "files": modes.files = try mode(value)
                case "folders": modes.folders = try mode(value)
                default:
                    let keys = ["files", "folders"]
                    let near = closest(key, keys).map { "did you mean `\($0)`?" }
                    throw TextMistake("a mode has no key `\(key)`", help: near ?? "it has files, folders")
                }
            }
            return modes
        }
    }

    private static func mode(_ value: Value) throws(TextMistake) -> UInt32 {
        guard case .text(let text) = value else { throw TextMistake.wrong(value, "a mode") }
        let digits = text.utf8.count == 4 && text.hasPrefix("0") ? text.dropFirst() : Substring(text)
        guard digits.utf8.count == 3, let mode = UInt32(digits, radix: 8) else {
            let isLong = text.utf8.count == 4 && UInt32(text, radix: 8) != nil
            throw TextMistake(
                isLong ? "special bits are not delivered: a mode has three digits" : "`\(text)` is no mode",
                help: "three digits from 0 to 7, for the owner, the group and all others: 644")
        }
        return mode
    }
}

extension ArgumentKind where Result == PayloadDefinition.Owner {
    /// An account of Android, or the numbers of a user and a group: `shell`, `2000:2000`, `root:shell`.
    static var payloadOwner: Self {
        .parsed("an owner") { text throws(TextMistake) in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2 else {
                throw TextMistake("an owner is one account, or USER:GROUP", help: "for example 2000:2000")
            }
            let numbers = try parts.map { part throws(TextMistake) in try account(part) }
            return PayloadDefinition.Owner(user: numbers[0], group: numbers[numbers.count - 1])
        }
    }

    private static func account(_ text: String) throws(TextMistake) -> UInt32 {
        let accounts = PayloadDefinition.Owner.accounts
        if let number = accounts[text] { return number }
        // 2^31 - 1 is the last that every tar can hold and every Linux takes.
        if let number = Int32(text), number >= 0, text.utf8.first != UInt8(ascii: "+") { return UInt32(number) }
        let names = accounts.keys.sorted()
        let near = closest(text, names).map { "did you mean `\($0)`?" }
        throw TextMistake(
            "`\(text)` is no account of Android",
            help: near ?? "write \(names.joined(separator: ", ")), or numbers such as 10123:10123")
    }
}

extension ArgumentKind where Result == PayloadDefinition.Modified {
    /// `keep`, `fixed`, or a date.
    static var payloadTime: Self {
        .parsed("a time") { text throws(TextMistake) in
            switch text {
            case "keep": return .keep
            case "fixed": return .fixed
            default: break
            }
            if let seconds = DateText.seconds(text) { return .at(seconds) }
            let near = closest(text, ["keep", "fixed"]).map { "did you mean `\($0)`?" }
            throw TextMistake(
                "`\(text)` is neither keep nor fixed nor a date",
                help: near ?? "a date from 1980 to 2107 is written 2026-01-31 or 2026-01-31T12:00:00Z")
        }
    }
}
