import Farm

/// The names of everything below a folder on a phone, byte by byte as the phone has them.
enum FolderListing {
    /// One thing; its path is relative to the folder, without `./`.
    struct Entry: Hashable, Sendable {
        let path: [UInt8]
        let isFolder: Bool
    }

    /// The most names that are taken.
    static let mostNames = 200_000
    /// The most bytes of names that are taken.
    static let mostBytes = 16 << 20

    /// The beginning of every line that acts inside a folder: it is entered, and is where it was.
    static func entering(_ folder: RemotePath) -> String {
        "cd -P \(ShellLine(folder.path)) && [ \"$(pwd -P)\" = \(ShellLine(folder.path)) ]"
    }

    /// Asks with `find`, which follows no link and stays on the folder's volume.
    ///
    /// - Parameter folder: Without links on its way.
    /// - Throws: ``DeletionRefusal`` when the phone does not list everything, or too much; what the link throws.
    static func of(_ folder: RemotePath, on phone: any ConnectedPhone) async throws -> [Entry] {
        // Folders last: `.` is one, stands first among them, and so tells where they begin and that they came.
        let line = "\(entering(folder)) && find . -xdev ! -type d -print0 && find . -xdev -type d -print0"
        var result = try await phone.run(line, input: [], outputLimit: mostBytes)
        // An app that is at work removes a file while `find` comes to it, which ends as an error.
        if result.exit != 0 { result = try await phone.run(line, input: [], outputLimit: mostBytes) }
        guard !result.isTruncated else { throw tooMuch(folder) }
        guard result.exit == 0 else {
            let said = PhoneWords(result.errorText).firstLine
            throw DeletionRefusal(
                "no-listing", "the phone does not list all of \(folder.path)" + (said.isEmpty ? "" : ": \(said)"),
                advice: "make it readable for the shell user, or leave `delete` out")
        }
        guard let entries = read(result.output) else {
            throw DeletionRefusal("no-listing", "the phone lists \(folder.path) in a way that drover cannot read")
        }
        guard entries.count <= mostNames else { throw tooMuch(folder) }
        return entries
    }

    private static func tooMuch(_ folder: RemotePath) -> DeletionRefusal {
        DeletionRefusal(
            "too-much", "\(folder.path) holds more than \(mostNames) names or \(mostBytes >> 20) MiB of them",
            advice: "deliver to several folders, or remove the folder and deliver anew")
    }

    /// Takes the answer apart; nil for one that is not whole, or holds what cannot be a name.
    static func read(_ output: [UInt8]) -> [Entry]? {
        guard output.last == 0 else { return nil }
        var entries: [Entry] = []
        var isFolder = false
        for word in output.dropLast().split(separator: 0, omittingEmptySubsequences: false) {
            if word.elementsEqual([dot]) {
                guard !isFolder else { return nil }
                isFolder = true
                continue
            }
            guard word.starts(with: [dot, slash]), isPath(word.dropFirst(2)) else { return nil }
            entries.append(Entry(path: Array(word.dropFirst(2)), isFolder: isFolder))
        }
        return isFolder ? entries : nil
    }

    /// Whether it stays below the folder.
    private static func isPath(_ path: ArraySlice<UInt8>) -> Bool {
        path.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { name in
            !name.isEmpty && !name.elementsEqual([dot]) && !name.elementsEqual([dot, dot])
        }
    }

    private static let dot = UInt8(ascii: ".")
    private static let slash = UInt8(ascii: "/")
}
