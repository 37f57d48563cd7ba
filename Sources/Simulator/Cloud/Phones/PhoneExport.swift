/// Packs paths of a phone as the service's export does: a plain archive with names without their first slash.
struct PhoneExport {
    private var archive: [UInt8] = []
    private let excluded: [String]

    /// - Parameter excluded: Paths that are left out, with all below them.
    init(excluding excluded: [String]) { self.excluded = excluded }

    /// Adds a path with all below it; one that ends in `*` means all that begin so.
    ///
    /// - Returns: Whether there was something.
    mutating func add(_ path: String, from files: VirtualFiles) -> Bool {
        guard path.hasSuffix("*") else {
            guard let place = try? PhoneArchive.place(of: path),
                let entry = try? files.entry(place, followLast: false, as: .system)
            else { return false }
            add(entry, at: path)
            return true
        }
        let start = path.dropLast()
        let folder = RemotePath.parent(String(start) + "x")
        guard let source = try? PhoneArchive.place(of: folder), let children = try? files.list(source, as: .system)
        else { return false }
        var isFound = false
        for child in children {
            let place = RemotePath.join(folder, child.name)
            guard place.hasPrefix(start) else { continue }
            add(child.entry, at: place)
            isFound = true
        }
        return isFound
    }

    /// Adds an entry with all below it, under this path.
    mutating func add(_ entry: FileEntry, at path: String) {
        guard !excluded.contains(where: { path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }) else {
            return
        }
        let name = String(path.drop { $0 == "/" })
        switch entry.kind {
        case .file(let content):
            header(name, entry, type: "0", size: content.size)
            content.eachPart(in: 0..<content.size) { archive.append(contentsOf: $0) }
            pad()
        case .folder:
            header(name + "/", entry, type: "5", size: 0)
            for child in entry.children.sorted(by: { $0.key < $1.key }) {
                add(child.value, at: RemotePath.join(path, child.key))
            }
        case .link(let target): header(name, entry, type: "2", size: 0, link: target)
        case .device: break
        }
    }

    /// The archive with its end.
    func finished() -> [UInt8] { archive + [UInt8](repeating: 0, count: 2 * TarParser.block) }

    private mutating func pad() {
        let rest = archive.count % TarParser.block
        if rest > 0 { archive += [UInt8](repeating: 0, count: TarParser.block - rest) }
    }

    private mutating func header(
        _ name: String, _ entry: FileEntry, type: Character, size: UInt64, link: String = ""
    ) {
        if name.utf8.count > 99 {
            var long = entry
            long.permissions = 0
            block("././@LongLink", long, "L", UInt64(name.utf8.count + 1), "")
            archive += Array(name.utf8) + [0]
            pad()
        }
        block(name, entry, type, size, link)
    }

    private mutating func block(_ name: String, _ entry: FileEntry, _ type: Character, _ size: UInt64, _ link: String) {
        archive += TarHeader.block(name, entry, type, size: size, link: link, namesOwners: false)
    }
}

extension SimulatedPhone {
    /// Packs paths.
    ///
    /// - Returns: The archive; nil when there is none of the paths.
    func export(_ included: [String], excluding excluded: [String]) -> [UInt8]? {
        let files = startedCore().device.files
        var export = PhoneExport(excluding: excluded)
        var isFound = false
        for path in included where export.add(path, from: files) { isFound = true }
        return isFound ? export.finished() : nil
    }
}
