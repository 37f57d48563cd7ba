import Farm
import Journal

/// What lies below a folder on a phone and is no part of what is delivered there.
struct ExtraFiles: Sendable, Equatable {
    /// Files, links and whatever else is no folder.
    private(set) var files: [[UInt8]] = []
    /// Folders that hold nothing but extras; each comes after all that lie in it.
    private(set) var folders: [[UInt8]] = []
    /// Something that was delivered and does not stand in the listing under any name; nil when all does.
    private(set) var strayed: [UInt8]?

    var count: Int { files.count + folders.count }
    var isEmpty: Bool { count == 0 }

    /// Picks the extras out of a listing.
    ///
    /// Where a name differs from a delivered one only in what some phones ignore, it is an extra only if the delivered name
    /// stands beside it: two names in one listing are two files, whatever the volume ignores.
    init(in listing: [FolderListing.Entry], beside delivered: DeliveredPaths) {
        let unknown = listing.filter { !delivered.exact.contains($0.path) }
        guard !unknown.isEmpty else { return }
        let listed = Set(listing.map(\.path))
        var folders: Set<[UInt8]> = []
        var kept: Set<[UInt8]> = []
        for entry in unknown {
            let isKept =
                Self.isOurs(entry) || delivered.isLeftOut(entry) || isAnother(entry.path, delivered, listed)
            if isKept {
                // What is kept keeps the folders that it lies in.
                var path = entry.path
                while kept.insert(path).inserted, let slash = path.lastIndex(of: UInt8(ascii: "/")) {
                    path.removeSubrange(slash...)
                }
            } else if entry.isFolder {
                folders.insert(entry.path)
            } else {
                files.append(entry.path)
            }
        }
        files.sort { $0.lexicographicallyPrecedes($1) }
        // Backwards, what lies in a folder comes before it.
        self.folders = folders.subtracting(kept).sorted { $1.lexicographicallyPrecedes($0) }
        guard !listed.isSuperset(of: delivered.exact) else { return }
        let keys = Set(listing.map { SameNames.key(of: $0.path) })
        strayed = delivered.exact.subtracting(listed).filter { !keys.contains(SameNames.key(of: $0)) }
            .min { $0.lexicographicallyPrecedes($1) }
    }

    /// What is under way, and the mark.
    private static func isOurs(_ entry: FolderListing.Entry) -> Bool { entry.path.starts(with: Leftovers.prefix.utf8) }

    /// Whether a name is that of something delivered, as the phone keeps it.
    private func isAnother(_ path: [UInt8], _ delivered: DeliveredPaths, _ listed: Set<[UInt8]>) -> Bool {
        let likeness = delivered.likeness(of: path)
        return !likeness.isEmpty && !likeness.contains(where: listed.contains)
    }

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
