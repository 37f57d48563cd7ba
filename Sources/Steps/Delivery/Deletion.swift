import Farm
import Lanes

/// What `delete: true` of a push does on one phone: it makes a folder drover's own, and removes what is not delivered there.
struct Deletion: Sendable {
    /// The most files of which the phone is asked for their sizes.
    private static let mostSizes = 4096

    let folder: OwnFolder
    /// What was found before the delivery.
    let extras: ExtraFiles
    /// What was found where something of another type is delivered.
    let obstacles: Obstacles
    /// Bytes of all files among the extras; nil when they are too many to ask.
    private let bytes: UInt64?
    private let delivered: DeliveredPaths

    /// Whether there is anything to do beside the delivery.
    var isDue: Bool { !extras.isEmpty || !obstacles.isEmpty || needsMark }
    private var needsMark: Bool { folder.isThere && !folder.isMarked }

    /// Looks at the phone and changes nothing.
    ///
    /// - Throws: ``DeletionRefusal`` when nothing may be removed; what the link throws.
    static func look(
        for files: FilesPayload, beside comparison: PushComparison, owns: Bool, on phone: any ConnectedPhone
    ) async throws -> Deletion {
        guard files.isFolder else {
            throw DeletionRefusal(
                "no-folder", "\(files.source) is a file, and `delete` removes what a folder does not hold any more",
                advice: "push its folder, or leave `delete` out")
        }
        let delivered = DeliveredPaths.shared(files)
        guard !delivered.exact.contains(Array(OwnFolder.markName.utf8)) else {
            throw DeletionRefusal(
                "no-folder", "\(files.source) holds \(OwnFolder.markName), by which drover knows its own folders",
                advice: "remove the file; it was probably pulled from a phone")
        }
        let folder = try await OwnFolder.look(
            at: comparison.root, existing: comparison.existing, owns: owns, on: phone)
        guard folder.isThere else {
            return Deletion(
                folder: folder, extras: ExtraFiles(in: [], beside: delivered), obstacles: Obstacles(), bytes: 0,
                delivered: delivered)
        }
        let extras = ExtraFiles(in: try await FolderListing.of(folder.path, on: phone), beside: delivered)
        let obstacles = try await Obstacles(among: extras, in: folder, on: phone)
        let lost = extras.files.count + obstacles.files.count
        guard delivered.hasFiles || lost == 0 else {
            throw DeletionRefusal(
                "empty-source", "\(files.source) holds no file, so `delete` would remove all \(lost) that are there",
                advice: "look whether it was built; to empty a folder, remove it with a `shell` step")
        }
        return Deletion(
            folder: folder, extras: extras, obstacles: obstacles,
            bytes: try await size(of: extras, in: folder.path, on: phone), delivered: delivered)
    }

    private static func size(
        of extras: ExtraFiles, in folder: RemotePath, on phone: any ConnectedPhone
    ) async throws -> UInt64? {
        guard extras.files.count <= mostSizes else { return nil }
        // A name that is no text, or too long to ask about, has no size that is told; it is removed all the same.
        let paths = extras.files.compactMap { path in
            String(validating: path, as: UTF8.self).flatMap { try? folder.appending($0) }
        }
        guard !paths.isEmpty else { return 0 }
        return try await phone.status(of: paths).reduce(0) { sum, found in
            guard let found, found.kind == .file else { return sum }
            return sum.addingReportingOverflow(found.size).partialValue
        }
    }

    /// What will be done, in words for the plan: `removes 3 files (412 KB) that are no longer there: a.txt, b/c.bin, …`.
    var words: String {
        var words = obstacles.isEmpty ? [] : ["replaces \(obstacles.words)"]
        if !extras.isEmpty {
            let size = bytes.map { $0 == 0 ? "" : " (\(ByteCount(clamping: $0)))" } ?? ""
            let verb = extras.count == 1 ? "is" : "are"
            words.append("removes \(extras.amount)\(size) that \(verb) no longer there: \(extras.examples)")
        }
        return words.isEmpty ? "marks \(folder.path.path) as a folder of its own" : words.joined(separator: "; ")
    }

    /// Removes what has another type than what has arrived for its place under a temporary name.
    ///
    /// The phone is asked anew, and what has come into the way of anything else meanwhile stays: nothing would replace it.
    /// Files go last, as what replaces them needs nothing but their names.
    ///
    /// - Returns: How many things were removed.
    /// - Throws: ``DeletionRefusal`` when something must stay, or did; what the link throws.
    func clear(on phone: any ConnectedPhone) async throws -> Int {
        try await mark(on: phone)
        let extras = ExtraFiles(in: try await FolderListing.of(folder.path, on: phone), beside: delivered)
        let places = Set(obstacles.all.map(\.delivered))
        let obstacles = try await Obstacles(among: extras, at: places, in: folder, on: phone)
        for (paths, command) in [
            (obstacles.contents, "rm -f"), (obstacles.folders, "rmdir"), (obstacles.files, "rm -f"),
        ] {
            guard let result = try await remove(paths, with: command, on: phone), result.exit != 0 else { continue }
            let due = Set(obstacles.contents + obstacles.folders + obstacles.files)
            let left = try await FolderListing.of(folder.path, on: phone).count { due.contains($0.path) }
            throw refusal(
                "in-the-way", "\(left) of \(due.count) things in the way are still in \(folder.path)", result,
                removed: due.count - left)
        }
        return obstacles.count
    }

    private func mark(on phone: any ConnectedPhone) async throws {
        guard needsMark else { return }
        let line = "\(FolderListing.entering(folder.path)) && \(folder.markLine(in: "."))"
        let result = try await phone.run(line)
        guard result.exit == 0 else {
            throw refusal("no-mark", "\(folder.path) cannot be marked as a folder of its own", result)
        }
    }

    /// Removes what is no part of what was delivered, when all of that has arrived.
    ///
    /// The phone is asked anew: what a delivery takes may be minutes.
    ///
    /// - Returns: How many things were removed.
    /// - Throws: ``DeletionRefusal`` when something is still there; what the link throws.
    func run(on phone: any ConnectedPhone) async throws -> Int {
        guard folder.isThere else { return 0 }
        try await mark(on: phone)
        let extras = ExtraFiles(in: try await FolderListing.of(folder.path, on: phone), beside: delivered)
        let clash = extras.clashes.first(where: \.isCertain)?.obstacle.delivered
        guard !extras.isEmpty || clash != nil else { return 0 }
        if let strayed = extras.strayed ?? clash {
            let name = PhoneWords(String(decoding: strayed, as: UTF8.self)).firstLine
            throw DeletionRefusal(
                "strayed", "\(name) was delivered and is not in \(folder.path), so nothing is removed there",
                advice: "look whether a link leads elsewhere, or whether an app removes files while they are delivered")
        }
        let results = [
            try await remove(extras.files, with: "rm -f", on: phone),
            try await remove(extras.folders, with: "rmdir", on: phone),
        ]
        // Looked at and not believed: `rm -f` is silent about a name that reached it with another spelling.
        let removed = Set(extras.files + extras.folders)
        let left = try await FolderListing.of(folder.path, on: phone).count { removed.contains($0.path) }
        guard left > 0 else { return extras.count }
        throw refusal(
            "not-removed", "\(left) of \(extras.count) things to be removed are still in \(folder.path)",
            results.compactMap(\.self).first { $0.exit != 0 }, removed: extras.count - left)
    }

    /// Removes by names on standard input, so that every byte of them arrives; nil when there are none.
    private func remove(
        _ paths: [[UInt8]], with command: String, on phone: any ConnectedPhone
    ) async throws -> CommandResult? {
        guard !paths.isEmpty else { return nil }
        // With `./` in front no name can be taken for an option.
        let names = SharedBytes(paths.flatMap { Array("./".utf8) + $0 + [0] })
        let marked = "[ -f \(OwnFolder.markName) ]"
        return try await phone.feed(
            "\(FolderListing.entering(folder.path)) && \(marked) && xargs -0 \(command)", input: [SharedSlice(names)],
            outputLimit: 65_536,
            // A meter of its own: names are no progress of the delivery, and the phone may need long for the answer.
            progress: ProgressMeter(clock: phone.lane.clock))
    }

    private func refusal(
        _ code: String, _ reason: String, _ result: CommandResult?, removed: Int = 0
    ) -> DeletionRefusal {
        let said = result.map { PhoneWords($0.errorText.isEmpty ? $0.text : $0.errorText).firstLine } ?? ""
        return DeletionRefusal(
            code, reason + (said.isEmpty ? "" : ": \(said)"),
            advice: "run the playbook again when nothing uses the folder",
            removed: removed)
    }
}
