/// The forms of ids, names and paths, looked at before anything is sent (Cloud Phone API, operations).
public enum NameCheck {
    /// An id of a phone, a server, an encode service: 32 hexadecimal digits.
    public static func id(_ text: String, of what: String) throws(CheckFault) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(isHex) else {
            throw CheckFault("`\(text.prefix(40))` is no id of \(one(what)), which has 32 hexadecimal digits")
        }
    }

    /// An id of another kind: letters, digits and hyphens, at most 64.
    public static func token(_ text: String, of what: String) throws(CheckFault) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy({ isPlain($0) || $0 == 0x2D || $0 == 0x5F })
        else {
            throw CheckFault("`\(text.prefix(40))` is no id of \(one(what))")
        }
    }

    /// A list of ids: not empty, without repetition, at most `most`.
    public static func ids(_ ids: [String], of what: String, most: Int? = nil) throws(CheckFault) {
        guard !ids.isEmpty else { throw CheckFault("there is no \(what) in the call") }
        if let most, ids.count > most {
            throw CheckFault("\(ids.count) ids of \(what)s in one call, \(most) are allowed")
        }
        var seen: Set<String> = []
        for text in ids {
            try id(text, of: what)
            guard seen.insert(text).inserted else { throw CheckFault("the \(what) \(text) is in the call twice") }
        }
    }

    /// The name of a package: at most 128 bytes; letters, digits, `_` and `.`; begins with a letter; has a dot, and a
    /// letter behind each.
    public static func package(_ name: String) throws(CheckFault) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isWhole =
            parts.count > 1
            && parts.allSatisfy { part in
                part.utf8.first.map(isLetter) == true && part.utf8.allSatisfy { isPlain($0) || $0 == 0x5F }
            }
        guard isWhole, name.utf8.count <= 128 else {
            throw CheckFault("`\(name.prefix(140))` is no package name such as com.example.app")
        }
    }

    /// The name of a key pair: at most 64 bytes.
    static let keypair = FieldRule.bytes(1...64, of: "the name of a key pair")

    /// The name of a bucket: 3 to 63 of lower-case letters, digits, hyphens and dots.
    public static func bucket(_ name: String) throws(CheckFault) {
        let isWhole = name.utf8.allSatisfy { byte in
            isDigit(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E
        }
        guard isWhole, (3...63).contains(name.utf8.count) else {
            throw CheckFault(
                "`\(name.prefix(70))` is no bucket name: 3 to 63 lower-case letters, digits, hyphens and dots")
        }
    }

    /// The key of a tar in the storage: at most 1,024 of letters, digits and `. / - _ + # =`.
    public static func object(_ path: String, mustBeTar: Bool = true) throws(CheckFault) {
        try characters(of: path, in: ".-_/+#=", what: "object path")
        guard (1...1024).contains(path.utf8.count) else {
            throw CheckFault("an object path has 1 to 1,024 bytes, not \(path.utf8.count)")
        }
        guard !path.hasPrefix("/") else { throw CheckFault("the object path \(path) begins with a slash") }
        guard !mustBeTar || path.hasSuffix(".tar") else { throw CheckFault("the object \(path) does not end in .tar") }
    }

    /// The name of a phone or a server: at most 60 letters, digits, Chinese characters, hyphens and underscores.
    public static func name(_ name: String, of what: String) throws(CheckFault) {
        guard (1...60).contains(name.count) else {
            throw CheckFault("the name of a \(what) has 1 to 60 characters, not \(name.count)")
        }
        for (place, character) in name.enumerated() {
            let isChinese =
                character.unicodeScalars.count == 1
                && character.unicodeScalars.allSatisfy { (0x4E00...0x9FFF).contains($0.value) }
            let isASCII = character.asciiValue.map { isPlain($0) || $0 == 0x2D || $0 == 0x5F } ?? false
            guard isASCII || isChinese else {
                throw CheckFault("`\(character)` at place \(place + 1) is not allowed in the name of a \(what)")
            }
        }
    }

    /// Refuses the first character that is no letter, no digit and none of `others`.
    static func characters(of text: String, in others: String, what: String) throws(CheckFault) {
        for (place, character) in text.enumerated() {
            let isAllowed = character.asciiValue.map(isPlain) ?? false || others.contains(character)
            guard isAllowed else {
                throw CheckFault(
                    "`\(character)` at place \(place + 1) is not allowed in the \(what) `\(text.prefix(80))`")
            }
        }
    }

    /// `a phone`, `an image`.
    static func one(_ what: String) -> String { ("aeio".contains(what.prefix(1)) ? "an " : "a ") + what }

    static func isPlain(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
}
