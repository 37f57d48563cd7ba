import Farm
import Journal

/// What lies below a folder on a phone and is no part of what is delivered there.
struct ExtraFiles: Sendable, Equatable {
    /// Something of another type than what is delivered under its name.
    struct Clash: Sendable, Equatable {
        let obstacle: Obstacles.Obstacle
        /// Whether the names are the same byte by byte; otherwise only the phone knows whether they are one.
        let isCertain: Bool
        /// What it must not be removed for: something in it, or itself; nil when it may go.
        fileprivate(set) var kept: [UInt8]?
    }

    /// Files, links and whatever else is no folder.
    private(set) var files: [[UInt8]] = []
    /// Folders that hold nothing but extras; each comes after all that lie in it.
    private(set) var folders: [[UInt8]] = []
    /// Something that was delivered and does not stand in the listing under any name; nil when all does.
    private(set) var strayed: [UInt8]?
    /// What may stand in the way of what is delivered, in the order of the listing.
    private(set) var clashes: [Clash] = []

    var count: Int { files.count + folders.count }
    var isEmpty: Bool { count == 0 }

    /// Picks the extras out of a listing.
    ///
    /// Where a name differs from a delivered one only in what some phones ignore, it is an extra only if the delivered name
    /// stands beside it: two names in one listing are two files, whatever the volume ignores.
    init(in listing: some Sequence<FolderListing.Entry>, beside delivered: DeliveredPaths) {
        var unknown: [FolderListing.Entry] = []
        var known = 0
        for entry in listing {
            guard delivered.exact.contains(entry.path) else {
                unknown.append(entry)
                continue
            }
            known += 1
            if delivered.folders.contains(entry.path) != entry.isFolder {
                clashes.append(Self.clash(of: entry, with: entry.path, isCertain: true, delivered))
            }
        }
        guard !unknown.isEmpty else { return }
        let likenesses = unknown.map { delivered.likeness(of: $0.path) }
        let alike = Set(likenesses.joined())
        let present = alike.isEmpty ? [] : Set(listing.lazy.map(\.path).filter(alike.contains))
        var folders: Set<[UInt8]> = []
        var kept: Set<[UInt8]> = []
        // With the first thing in each.
        var keeping: [[UInt8]: [UInt8]] = [:]
        for (entry, likeness) in zip(unknown, likenesses) {
            let isDelivered = !likeness.isEmpty && present.isDisjoint(with: likeness)
            if isDelivered {
                clashes += likeness.filter { delivered.folders.contains($0) != entry.isFolder }
                    .map { Self.clash(of: entry, with: $0, isCertain: false, delivered) }
            }
            if isDelivered || Self.isOurs(entry) || delivered.isLeftOut(entry) {
                // What is kept keeps the folders that it lies in.
                kept.insert(entry.path)
                var path = entry.path
                while let slash = path.lastIndex(of: UInt8(ascii: "/")) {
                    path.removeSubrange(slash...)
                    guard keeping[path] == nil else { break }
                    keeping[path] = entry.path
                }
            } else if entry.isFolder {
                folders.insert(entry.path)
            } else {
                files.append(entry.path)
            }
        }
        files.sort { $0.lexicographicallyPrecedes($1) }
        // Backwards, what lies in a folder comes before it.
        self.folders = folders.subtracting(kept).subtracting(keeping.keys).sorted { $1.lexicographicallyPrecedes($0) }
        for index in clashes.indices where clashes[index].kept == nil {
            clashes[index].kept = keeping[clashes[index].obstacle.entry.path]
        }
        if known < delivered.exact.count { strayed = Self.strayed(from: listing, delivered) }
    }

    private static func strayed(
        from listing: some Sequence<FolderListing.Entry>, _ delivered: DeliveredPaths
    ) -> [UInt8]? {
        let keys = Set(listing.lazy.map { SameNames.key(of: $0.path) })
        return delivered.exact.subtracting(listing.lazy.map(\.path)).filter { !keys.contains(SameNames.key(of: $0)) }
            .min { $0.lexicographicallyPrecedes($1) }
    }

    private static func clash(
        of entry: FolderListing.Entry, with path: [UInt8], isCertain: Bool, _ delivered: DeliveredPaths
    ) -> Clash {
        let stays = isOurs(entry) || delivered.isLeftOut(entry)
        return Clash(
            obstacle: .init(entry: entry, delivered: path), isCertain: isCertain, kept: stays ? entry.path : nil)
    }

    /// What is under way, and the mark.
    private static func isOurs(_ entry: FolderListing.Entry) -> Bool { entry.path.starts(with: Leftovers.prefix.utf8) }

    /// `3 files and 1 folder`.
    var amount: String { Self.amount(files: files.count, folders: folders.count) }

    static func amount(files: Int, folders: Int) -> String {
        let words = [(files, "file"), (folders, "folder")].filter { $0.0 > 0 }.map { count, noun in
            "\(count) \(noun)\(count == 1 ? "" : "s")"
        }
        return words.isEmpty ? "nothing" : words.joined(separator: " and ")
    }

    /// The first names, for people: `a.txt, b/c.bin, …`.
    var examples: String {
        let names = (files + folders).prefix(3).map { PhoneWords(String(decoding: $0, as: UTF8.self)).firstLine }
        return names.joined(separator: ", ") + (count > names.count ? ", …" : "")
    }
}
