/// What the package manager answered, read by the grammar of `pm` and `cmd package`.
public enum InstallReply: Hashable, Sendable {
    /// `Success`, with the rest of its line.
    case success(detail: String)
    /// `Completed with warning(s)`: the app is installed although the command fails.
    case installedWithWarnings(String)
    /// `Failure [CODE: details]`, or details alone when the brackets hold no code.
    case failure(PackageFailure)
    /// The package manager is not there (yet); the same command may work soon.
    case notReady(String)
    /// Any other words: an error of usage, a Java exception, a vendor's own text.
    case other(String)
    /// Nothing at all: the outcome is not known and must be looked up.
    case empty

    /// Reads an answer; carriage returns and the chatter of old `pm` are skipped.
    public init(parsing text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
            .map { $0.drop { $0 == " " || $0 == "\t" } }
            .filter { !$0.isEmpty && !$0.hasPrefix("pkg:") }
            .map { String($0) }
        let telling = lines.drop { $0.hasPrefix("Warning") }
        guard let first = telling.first ?? lines.first else {
            self = .empty
            return
        }
        if first.hasPrefix("Success") {
            self = .success(detail: String(first.dropFirst("Success".count).drop { $0 == ":" || $0 == " " }))
        } else if first.hasPrefix("Failure") {
            self = .failure(PackageFailure(line: first))
        } else if first.hasPrefix("Completed with warning") {
            self = .installedWithWarnings(lines.joined(separator: "\n"))
        } else if InstallReply.notReadyWords.contains(where: { first.hasPrefix($0) }) {
            self = .notReady(first)
        } else {
            self = .other(lines.joined(separator: "\n"))
        }
    }

    private static let notReadyWords = [
        "Error: device is still booting", "Error: Could not access the Package Manager",
        "cmd: Can't find service: package", "cmd: Failure calling service package",
    ]

    /// The session of `Success: created install session [1234]`.
    public var session: Int? {
        guard case .success(let detail) = self, let open = detail.lastIndex(of: "["), detail.last == "]" else {
            return nil
        }
        return Int(detail[detail.index(after: open)...].dropLast())
    }
}

/// A refusal of the package manager, in its own words.
public struct PackageFailure: Hashable, Sendable {
    /// `INSTALL_FAILED_...`, `INSTALL_PARSE_FAILED_...`, `DELETE_FAILED_...`; nil when the phone gave none.
    public let code: String?
    /// What stands behind the code, or all the words when there is no code; empty when there are none.
    public let detail: String

    /// Makes a refusal.
    public init(code: String?, detail: String = "") {
        self.code = code
        self.detail = detail
    }

    /// Reads `Failure [CODE]`, `Failure [CODE: details]`, `Failure [words]` or other words after `Failure`.
    init(line: String) {
        var body = line.dropFirst("Failure".count).drop { $0 == " " || $0 == ":" }
        if body.first == "[" {
            body = body.dropFirst()
            if body.last == "]" { body = body.dropLast() }
        }
        let word = body.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
        let rest = body.dropFirst(word.count)
        guard word.contains("_"), rest.isEmpty || rest.first == ":" else {
            self.init(code: nil, detail: String(body))
            return
        }
        self.init(code: String(word), detail: String(rest.drop { $0 == ":" || $0 == " " }))
    }

    /// The phone's own words on one line: the code, and the details behind it.
    public var text: String {
        guard let code else { return detail }
        return detail.isEmpty ? code : "\(code): \(detail)"
    }
}
