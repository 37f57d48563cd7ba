/// The files of an installed package, as `pm path NAME` lists them.
struct InstalledFiles: Sendable, Equatable {
    /// Absolute paths on the phone, the base first as a rule.
    let paths: [String]

    /// Reads lines of `package:PATH`; anything else (warnings of the linker, blank lines) is passed over.
    init(reading text: String) {
        paths = PhoneLines(text).compactMap { line in
            let trimmed = line.drop { $0 == " " }
            guard trimmed.hasPrefix("package:/") else { return nil }
            return String(trimmed.dropFirst("package:".count))
        }
    }
}

/// SHA-256 sums of files on a phone, as `sha256sum` prints them.
struct FileSums: Sendable, Equatable {
    /// Lower-case hexadecimal sums by path.
    let byPath: [String: String]

    /// Reads lines of `<64 hex digits>  PATH`; anything else is passed over.
    init(reading text: String) {
        var sums: [String: String] = [:]
        for line in PhoneLines(text) {
            let digits = line.prefix(64)
            let rest = line.dropFirst(64)
            guard digits.utf8.count == 64, digits.allSatisfy(\.isHexDigit), rest.first == " " else { continue }
            // Two blanks, or a blank and an asterisk in binary mode.
            let path = rest.dropFirst().drop { $0 == " " || $0 == "*" }
            guard !path.isEmpty else { continue }
            sums[String(path)] = digits.lowercased()
        }
        byPath = sums
    }

    /// The sums of all of `paths`, sorted; `nil` when one of them is missing.
    func sums(of paths: [String]) -> [String]? {
        var found: [String] = []
        for path in paths {
            guard let sum = byPath[path] else { return nil }
            found.append(sum)
        }
        return found.isEmpty ? nil : found.sorted()
    }
}
