import Farm

/// The names of everything below a folder on a phone, byte by byte as the phone has them.
///
/// Kept as they came: nearly all of tens of thousands are those that were delivered, and of no interest.
struct FolderListing: Sequence, Sendable {
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
    static func of(_ folder: RemotePath, on phone: any ConnectedPhone) async throws -> FolderListing {
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
        guard let listing = FolderListing(reading: result.output) else {
            throw DeletionRefusal("no-listing", "the phone lists \(folder.path) in a way that drover cannot read")
        }
        guard result.output.count(where: { $0 == 0 }) <= mostNames else { throw tooMuch(folder) }
        return listing
    }

    private static func tooMuch(_ folder: RemotePath) -> DeletionRefusal {
        DeletionRefusal(
            "too-much", "\(folder.path) holds more than \(mostNames) names or \(mostBytes >> 20) MiB of them",
            advice: "deliver to several folders, or remove the folder and deliver anew")
    }

    private let answer: [UInt8]

    /// Takes an answer; nil for one that is not whole, or holds what cannot be a name.
    init?(reading answer: [UInt8]) {
        guard answer.last == 0 else { return nil }
        var hasFolders = false
        for word in answer.dropLast().split(separator: 0, omittingEmptySubsequences: false) {
            if word.elementsEqual([Self.dot]) {
                guard !hasFolders else { return nil }
                hasFolders = true
            } else {
                guard word.starts(with: [Self.dot, Self.slash]), Self.isPath(word.dropFirst(2)) else { return nil }
            }
        }
        guard hasFolders else { return nil }
        self.answer = answer
    }

    /// Whether it stays below the folder.
    private static func isPath(_ path: ArraySlice<UInt8>) -> Bool {
        path.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { name in
            !name.isEmpty && !name.elementsEqual([dot]) && !name.elementsEqual([dot, dot])
        }
    }

    func makeIterator() -> Names { Names(rest: answer[...]) }

    /// Files first, then folders.
    struct Names: IteratorProtocol {
        fileprivate var rest: ArraySlice<UInt8>
        private var isFolder = false

        fileprivate init(rest: ArraySlice<UInt8>) { self.rest = rest }

        mutating func next() -> Entry? {
            while let end = rest.firstIndex(of: 0) {
                let word = rest[..<end]
                rest = rest[(end + 1)...]
                // Only the folder itself has no name.
                guard word.count > 1 else {
                    isFolder = true
                    continue
                }
                return Entry(path: Array(word.dropFirst(2)), isFolder: isFolder)
            }
            return nil
        }
    }

    private static let dot = UInt8(ascii: ".")
    private static let slash = UInt8(ascii: "/")
}
