import Farm

/// Which of the programs that deliveries can use a phone has; toybox brings all of them from Android 8 on.
struct PhoneTools: OptionSet, Sendable {
    let rawValue: Int

    static let tar = Self(rawValue: 1)
    static let sha256sum = Self(rawValue: 2)
    static let xargs = Self(rawValue: 4)
    static let dd = Self(rawValue: 8)
    static let find = Self(rawValue: 16)

    /// Unpacking an archive that arrives on standard input.
    static let unpacking: Self = [.tar]
    /// Hashing many files in one command.
    static let hashing: Self = [.sha256sum, .xargs]
    /// Comparing a file block by block, and writing some of the blocks.
    static let blocks: Self = [.sha256sum, .dd]

    private static let names: [(String, Self)] = [
        ("tar", .tar), ("sha256sum", .sha256sum), ("xargs", .xargs), ("dd", .dd), ("find", .find),
    ]

    /// The line that names those that are there.
    static let question =
        "for t in \(names.map(\.0).joined(separator: " ")); do command -v $t >/dev/null 2>&1 && echo $t; done; :"

    /// Succeeds where `head` can count bytes, which a long input needs without the shell protocol.
    static let counting = "head -c 1 </dev/null >/dev/null 2>&1"

    /// Asks a phone; one that says nothing of use has none.
    static func ask(_ phone: any ConnectedPhone) async throws -> Self {
        // All of them get names or bytes on standard input, which such a phone takes only if it can count them.
        let start = ShellBatches.hasShellProtocol(phone) ? "" : "\(counting) || exit 0; "
        let result = try await phone.run(start + question, input: [], outputLimit: 4096)
        let found = Set(result.text.split(whereSeparator: \.isWhitespace).map(String.init))
        return names.reduce(into: []) { tools, name in
            if found.contains(name.0) { tools.insert(name.1) }
        }
    }
}
