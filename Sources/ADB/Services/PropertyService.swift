extension ADBConnection {
    /// Reads one property; an unknown one is empty.
    ///
    /// - Throws: ``ADBError``; `phoneSaid` when `getprop` fails.
    public func property(_ key: String) async throws -> String {
        let result = try await run("getprop \(ShellQuoting.quote(key))")
        try check(result, "read property \(key)")
        return String(decoding: result.output, as: UTF8.self).trimmingNewlines
    }

    /// Reads all properties.
    ///
    /// - Throws: ``ADBError``; `phoneSaid` when `getprop` fails.
    public func properties() async throws -> [String: String] {
        let result = try await run("getprop")
        try check(result, "read properties")
        return PropertyList.parse(String(decoding: result.output, as: UTF8.self))
    }

    private func check(_ result: ShellResult, _ operation: String) throws(ADBError) {
        guard result.exit == 0 else {
            let told = result.exit.map { "getprop exited with \($0)" } ?? "getprop ended without an exit code"
            throw ADBError(.phoneSaid, "\(operation) on \(name)", told)
        }
    }
}

/// The output of `getprop`: lines of `[key]: [value]`, where values may go over several lines.
enum PropertyList {
    static func parse(_ text: String) -> [String: String] {
        var properties: [String: String] = [:]
        var pending = ""
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            pending = pending.isEmpty ? String(line) : pending + "\n" + line
            guard pending.first == "[" else {
                pending = ""
                continue
            }
            guard pending.last == "]", let middle = pending.firstRange(of: "]: [") else { continue }
            let key = pending[pending.index(after: pending.startIndex)..<middle.lowerBound]
            properties[String(key)] = String(pending[middle.upperBound...].dropLast())
            pending = ""
        }
        return properties
    }
}

/// Words as the phone's shell takes them.
enum ShellQuoting {
    /// One word in single quotes.
    static func quote(_ word: String) -> String {
        var quoted = "'"
        for character in word.unicodeScalars {
            if character == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(character) }
        }
        return quoted + "'"
    }
}

extension String {
    var trimmingNewlines: String {
        var text = self[...]
        while let last = text.unicodeScalars.last, last == "\n" || last == "\r" {
            text = text[..<text.unicodeScalars.index(before: text.unicodeScalars.endIndex)]
        }
        return String(text)
    }
}
