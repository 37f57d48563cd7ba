import Farm

/// A folder on a phone of which drover says: what is in it and was not delivered, may go.
///
/// It is known by a mark inside it, which goes with the folder: one that was removed and made anew by somebody else has none,
/// and since the mark names the place, neither has a copy of the folder elsewhere.
struct OwnFolder: Sendable {
    /// The mark's name; ``Leftovers`` leaves it alone.
    static let markName = Leftovers.prefix + "owned"
    /// What the phone must have for removing things.
    private static let tools = ["find", "xargs", "rmdir", "printf"]

    /// The folder without links on its way, as the phone says.
    let path: RemotePath
    /// Whether it is there.
    let isThere: Bool
    /// Whether the mark is in it.
    let isMarked: Bool

    /// The mark's only line.
    static func mark(of path: String) -> String { "drover delivers \(path) and removes what is not delivered any more" }

    /// The line that puts the mark into a folder; a link in the mark's place is not followed.
    func markLine(in folder: String) -> String {
        let file = "\(folder)/\(Self.markName)"
        return ShellLine("rm", "-f", file).description + " && "
            + ShellLine("printf", "%s\\n", Self.mark(of: path.path)).description + " > \(ShellLine(file))"
    }

    /// Looks where a folder leads and whose it is.
    ///
    /// - Parameters:
    ///   - folder: Where things are delivered to.
    ///   - existing: The same, or the nearest folder above it that is there.
    ///   - owns: Whether the playbook names it as its own.
    /// - Throws: ``DeletionRefusal`` when nothing may be removed there; what the link throws.
    static func look(
        at folder: RemotePath, existing: RemotePath, owns: Bool, on phone: any ConnectedPhone
    ) async throws -> OwnFolder {
        try judge(folder)
        let counting = ShellBatches.hasShellProtocol(phone) ? "" : "\(PhoneTools.counting) || echo lacks head -c; "
        let result = try await phone.run(counting + question(existing), input: [], outputLimit: 8192)
        // Cut at bytes: a phone without the shell protocol ends its lines with two.
        var lines = PhoneLines(result.text).map(String.init)
        var missing: [String] = []
        while let line = lines.first, line.hasPrefix("lacks ") {
            missing.append(String(line.dropFirst(6)))
            lines.removeFirst()
        }
        guard missing.isEmpty else {
            throw DeletionRefusal(
                "no-tools",
                "the phone has no \(PhoneWords(missing.joined(separator: ", ")).firstLine) to remove things with",
                advice: "leave `delete` out for this phone; phones from Android 8 on have it")
        }
        let isThere = existing.path == folder.path
        if lines.first == "link", isThere {
            throw DeletionRefusal(
                "link", "\(folder.path) is a link on the phone, and nothing is removed through a link",
                advice: "write the folder that it leads to")
        }
        if lines.first == "link" { lines.removeFirst() }
        guard let first = lines.first, first.hasPrefix("/"), let found = try? RemotePath(validating: first) else {
            let said = PhoneWords(result.errorText.isEmpty ? result.text : result.errorText).firstLine
            throw DeletionRefusal(
                "no-listing", "the phone does not say where \(existing.path) leads" + (said.isEmpty ? "" : ": \(said)"))
        }
        let rest = folder.path.utf8.dropFirst(existing.path == "/" ? 1 : existing.path.utf8.count + 1)
        let path = isThere ? found : try found.appending(String(decoding: rest, as: UTF8.self))
        if path.path != folder.path { try judge(path, asked: folder) }
        let isMarked = lines.dropFirst().first == mark(of: path.path)
        guard !isThere || isMarked || owns else {
            throw DeletionRefusal(
                "not-owned",
                "\(folder.path) was there before drover, and `delete` would remove what others put there",
                advice: "look at what is in it, then write `owns: true` beside `delete`, or deliver to a new folder")
        }
        return OwnFolder(path: path, isThere: isThere, isMarked: isThere && isMarked)
    }

    private static func judge(_ path: RemotePath, asked: RemotePath? = nil) throws(DeletionRefusal) {
        guard let why = DeletionGround.refusal(of: path) else { return }
        let leads = asked.map { "\($0.path) leads to \(path.path), which" } ?? path.path
        throw DeletionRefusal(
            "not-owned", "\(leads) \(why)", advice: "deliver to a folder that holds nothing else, or leave `delete` out"
        )
    }

    /// Where the folder leads, by the shell's own means, and what the mark says.
    private static func question(_ folder: RemotePath) -> String {
        """
        for t in \(tools.joined(separator: " ")); do command -v $t >/dev/null 2>&1 || echo lacks $t; done; \
        [ -L \(ShellLine(folder.path)) ] && echo link; cd -P \(ShellLine(folder.path)) && pwd -P && \
        [ -f \(markName) ] && [ ! -L \(markName) ] && cat \(markName); :
        """
    }
}
