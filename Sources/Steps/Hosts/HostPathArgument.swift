import Farm
import PlaybookLanguage

extension ArgumentKind where Result == RemotePath {
    /// An absolute path on a host.
    static var hostPath: Self {
        .farmText("a path on the encoder") { text throws(FarmError) in
            guard text.utf8.first == UInt8(ascii: "/") else {
                throw FarmError(.badPath, text, at: 0..<0, "a path on an encoder begins with a slash")
            }
            return try RemotePath(validating: text)
        }
    }
}

extension ArgumentKind where Result == UInt32 {
    /// Permission bits as `chmod` takes them: `755` or `0644`.
    static var fileMode: Self {
        .parsed("permission bits such as 0755") { text throws(TextMistake) in
            let digits = text.utf8.count <= 5 && text.utf8.allSatisfy { (0x30...0x37).contains($0) }
            guard digits, text.utf8.count >= 3, let mode = UInt32(text, radix: 8), mode <= 0o7777 else {
                throw TextMistake("`\(text)` is no file mode", help: "write three or four octal digits: \"0755\"")
            }
            return mode
        }
    }
}
