import Farm
import Lanes
import Packing

/// One thing that a pull has found on a phone.
struct PullItem: Sendable {
    /// Where it is on the phone.
    let source: RemotePath
    /// Its names below the pull's place, each of them plain.
    let names: [String]
    /// What the phone says that it is; a link's size is not that of the file it leads to.
    let file: RemoteFile
    /// Whether somebody named it, and did not only name a folder above.
    var isNamed = false
    /// False for a folder that comes only when something in it does.
    var isMeant = true
}

/// Goes through folders of a phone in the order of their paths' bytes, holding only the folders on the way.
struct PullWalk {
    /// The phone's folders are deeper, or hold more, than anybody means.
    struct TooLarge: Error {}

    /// Deeper folders than this are a phone's joke.
    static let deepest = 64
    /// More entries than this are one as well.
    static let mostEntries = 1_000_000
    /// Larger files than 16 TiB are a third.
    static let largest: UInt64 = 1 << 44

    private struct Level {
        var rest: ArraySlice<RemoteEntry>
        let source: RemotePath
        let names: [String]
        /// The phone's own bytes, of which `include` and `exclude` speak; empty for a folder that was named.
        let path: [UInt8]
        var rule: PulledNames
    }

    private let phone: any ConnectedTarget
    private let rule: PulledNames
    private let chosen: ChosenFiles
    private let notes: PullNotes
    private var tops: ArraySlice<PullItem>
    private var levels: [Level] = []
    private var seen = 0

    /// Starts at what was named.
    ///
    /// - Parameter chosen: What is meant below the folders that were named; of a pattern's matches their last names count, too.
    init(
        _ tops: [PullItem], on phone: any ConnectedTarget, rule: PulledNames, chosen: ChosenFiles, notes: PullNotes
    ) {
        self.tops = tops[...]
        self.phone = phone
        self.rule = rule
        self.chosen = chosen
        self.notes = notes
    }

    /// The next things, folders before what is in them; empty at the end.
    ///
    /// - Throws: ``TooLarge``, and what the phone throws.
    mutating func next(_ count: Int) async throws -> [PullItem] {
        var found: [PullItem] = []
        while found.count < count {
            guard var level = levels.popLast() else {
                guard var top = tops.popFirst() else { return found }
                let path = top.isNamed ? [] : Array(top.source.lastComponent.utf8)
                if !top.isNamed {
                    guard let isMeant = choice(of: top.file, at: path) else { continue }
                    top.isMeant = isMeant
                }
                found.append(top)
                if top.file.kind == .folder { try await enter(top, path) }
                continue
            }
            guard let entry = level.rest.popFirst() else { continue }
            let above = level.path + (level.path.isEmpty ? [] : [UInt8(ascii: "/")])
            let path = chosen.isEverything ? [] : above + Array(entry.name.utf8)
            let isMeant = choice(of: entry.file, at: path)
            let item = isMeant == nil ? nil : try place(entry, in: &level)
            levels.append(level)
            guard var item, let isMeant else { continue }
            item.isMeant = isMeant
            found.append(item)
            if item.file.kind == .folder { try await enter(item, path) }
        }
        return found
    }

    /// Whether it is meant itself, and not only for what lies in it; nil for what is left out with all that it holds.
    private func choice(of file: RemoteFile, at path: [UInt8]) -> Bool? {
        let isFolder = file.kind == .folder
        guard !chosen.leavesOut(path, isFolder: isFolder) else { return nil }
        return !isFolder || chosen.means(path, isFolder: true)
    }

    private mutating func enter(_ folder: PullItem, _ path: [UInt8]) async throws {
        guard levels.count < Self.deepest else { throw TooLarge() }
        let entries = try await phone.list(folder.source)
        seen += entries.count
        guard seen <= Self.mostEntries else { throw TooLarge() }
        let sorted = entries.map { ($0, Self.key($0)) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
        levels.append(
            Level(rest: sorted[...], source: folder.source, names: folder.names, path: path, rule: rule))
    }

    /// What stands in the paths of the entry and of all below it.
    private static func key(_ entry: RemoteEntry) -> [UInt8] {
        Array(entry.name.utf8) + (entry.file.kind == .folder ? [UInt8(ascii: "/")] : [])
    }

    private func place(_ entry: RemoteEntry, in level: inout Level) throws -> PullItem? {
        let shown = level.source.path + "/" + entry.name
        // A name that would leave the folder, or that this machine cannot hold, stays on the phone.
        guard !entry.name.contains("/"), let path = try? level.source.appending(entry.name),
            path.parent.path == level.source.path, let name = level.rule.name(for: entry.name)
        else {
            notes.passOver(shown, "its name cannot be kept")
            return nil
        }
        // The phone's bytes are no text, and the file cannot be asked for.
        guard !entry.name.unicodeScalars.contains("\u{FFFD}") else {
            notes.passOver(shown, "its name is no UTF-8")
            return nil
        }
        guard entry.file.kind != .other else {
            notes.passOver(shown, "it is a device, a pipe or a socket")
            return nil
        }
        guard entry.file.size <= Self.largest else {
            notes.passOver(shown, "the size that the phone tells is impossible")
            return nil
        }
        if name != entry.name { notes.rename(shown, to: name) }
        return PullItem(source: path, names: level.names + [name], file: entry.file)
    }
}
