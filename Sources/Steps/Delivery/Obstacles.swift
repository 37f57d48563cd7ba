import Farm

/// What stands where a delivery puts something of another type: folders for files or links, and anything else for folders.
struct Obstacles: Sendable {
    /// One of them.
    struct Obstacle: Sendable, Equatable {
        /// What the phone lists.
        let entry: FolderListing.Entry
        /// What is delivered under its name, as the payload spells it.
        let delivered: [UInt8]
    }

    private(set) var all: [Obstacle] = []
    /// What lies in those that are folders, and is no folder.
    private(set) var contents: [[UInt8]] = []
    /// Those that are folders, and the folders in them; each comes after all that lie in it.
    private(set) var folders: [[UInt8]] = []
    /// Those that are no folders.
    private(set) var files: [[UInt8]] = []

    /// How many things are to be removed for all of them.
    var count: Int { contents.count + folders.count + files.count }
    var isEmpty: Bool { all.isEmpty }

    /// None.
    init() {}

    /// Settles which of the clashes of a listing are obstacles.
    ///
    /// Where the names differ in what some phones ignore, the phone is asked whether it takes them for one.
    ///
    /// - Parameter places: The delivered paths that it is about; all when nil.
    /// - Throws: ``DeletionRefusal`` when one of them has to stay; what the link throws.
    init(
        among extras: ExtraFiles, at places: Set<[UInt8]>? = nil, in folder: OwnFolder, on phone: any ConnectedPhone
    ) async throws {
        let clashes = extras.clashes.filter { places?.contains($0.obstacle.delivered) ?? true }
        guard !clashes.isEmpty else { return }
        let doubtful = clashes.filter { !$0.isCertain }
        let paths = try doubtful.map { clash in
            try folder.path.appending(String(decoding: clash.obstacle.delivered, as: UTF8.self))
        }
        let found = paths.isEmpty ? [] : try await phone.status(of: paths)
        let real = zip(doubtful, found).filter { clash, status in
            status.map { ($0.kind == .folder) == clash.obstacle.entry.isFolder } ?? false
        }.map(\.0)
        for clash in clashes.filter(\.isCertain) + real {
            if let kept = clash.kept { throw Self.refusal(clash.obstacle, holding: kept, in: folder) }
            all.append(clash.obstacle)
        }
        let tops = Set(all.lazy.filter(\.entry.isFolder).map(\.entry.path))
        files = all.filter { !$0.entry.isFolder }.map(\.entry.path)
        contents = extras.files.filter { Self.lies($0, in: tops) }
        let below = extras.folders.filter { Self.lies($0, in: tops) }
        // Backwards, what lies in a folder comes before it.
        folders = (below + tops).sorted { $1.lexicographicallyPrecedes($0) }
    }

    private static func lies(_ path: [UInt8], in folders: Set<[UInt8]>) -> Bool {
        guard !folders.isEmpty else { return false }
        var path = path
        while let slash = path.lastIndex(of: UInt8(ascii: "/")) {
            path.removeSubrange(slash...)
            if folders.contains(path) { return true }
        }
        return false
    }

    private static func refusal(
        _ obstacle: Obstacle, holding kept: [UInt8], in folder: OwnFolder
    ) -> DeletionRefusal {
        func words(_ path: [UInt8]) -> String { PhoneWords(String(decoding: path, as: UTF8.self)).firstLine }
        let type = obstacle.entry.isFolder ? "a folder" : "no folder"
        let reason = kept == obstacle.entry.path ? "and is to stay" : "and holds \(words(kept)), which is to stay"
        return DeletionRefusal(
            "in-the-way", "\(folder.path.path)/\(words(obstacle.entry.path)) is \(type) on the phone, \(reason)",
            advice: "what a payload's `exclude` speaks of is never removed; write another place, or remove it yourself")
    }

    /// `1 file and 2 folders of another type: a, b, …`.
    var words: String {
        let amount = ExtraFiles.amount(files: files.count, folders: all.count - files.count)
        let names = all.prefix(3).map { PhoneWords(String(decoding: $0.entry.path, as: UTF8.self)).firstLine }
        return "\(amount) of another type: \(names.joined(separator: ", "))" + (all.count > names.count ? ", …" : "")
    }
}
