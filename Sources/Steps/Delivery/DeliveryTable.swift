import Farm
import Lanes

/// Everything that a payload puts below one folder of a phone, made once for all phones that get it there.
///
/// Thousands of files on hundreds of phones: what a phone has of its own are numbers of entries.
final class DeliveryTable: Sendable {
    /// One entry with its final place.
    struct Item: Sendable {
        let path: RemotePath
        let entry: FilesPayload.Entry
        /// The path below ``DeliveryTable/root``.
        let relative: String
    }

    /// The folder that everything goes into.
    let root: RemotePath
    /// Where each entry goes.
    let places: RemotePaths
    /// Whether a file of the same size and time is the same file.
    let timesTell: Bool
    /// Whether it is a folder's contents, and no single file.
    let isOfFolder: Bool
    /// The numbers of all entries.
    let all: [Int]
    private let entries: [FilesPayload.Entry]
    /// The name of a single file that goes under another one than its own.
    private let name: String?
    private let shipments = DerivedValues<Shipment.Key>()

    /// The table of a payload at a destination, as another phone made it.
    ///
    /// - Throws: `FarmError` when a path gets too long.
    static func shared(_ files: FilesPayload, at destination: RemotePath) throws -> DeliveryTable {
        try files.derived.value(for: "table \(destination)") { try DeliveryTable(files, at: destination) }
    }

    private init(_ files: FilesPayload, at destination: RemotePath) throws {
        let intoFolder = files.isFolder || destination.namesFolder
        let root = intoFolder ? destination : destination.parent
        name = intoFolder ? nil : destination.lastComponent
        self.root = root
        entries = files.entries
        isOfFolder = files.isFolder
        timesTell = files.timesTell
        all = Array(files.entries.indices)
        places = RemotePaths(
            try files.entries.map { try root.appending(intoFolder ? $0.path : destination.lastComponent) })
    }

    subscript(number: Int) -> Item {
        Item(path: places.paths[number], entry: entries[number], relative: relative(number))
    }

    /// What is put there.
    func content(_ number: Int) -> FileToPush.Content { entries[number].content }
    func modified(_ number: Int) -> Int64 { entries[number].modified }
    func sha256(_ number: Int) -> String? { entries[number].sha256 }
    func relative(_ number: Int) -> String { name ?? entries[number].path }

    /// Bytes of content; 0 for what is no file.
    func size(_ number: Int) -> UInt64 {
        guard case .bytes(let bytes) = entries[number].content else { return 0 }
        return UInt64(bytes.count)
    }

    func isFile(_ number: Int) -> Bool { if case .bytes = entries[number].content { true } else { false } }
    func isFolder(_ number: Int) -> Bool { if case .folder = entries[number].content { true } else { false } }

    /// Whether it is one of these paths below ``root``, or below one of them.
    func lies(_ number: Int, in places: Set<[UInt8]>) -> Bool {
        var path = Array(relative(number).utf8)
        while !places.contains(path) {
            guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return false }
            path.removeSubrange(slash...)
        }
        return true
    }

    /// What phones get that lack these entries.
    ///
    /// - Parameter packs: Whether they unpack archives.
    func shipment(of due: [Int], packs: Bool) -> Shipment {
        shipments.value(for: Shipment.Key(due: due, packs: packs)) { Shipment(self, due: due, packs: packs) }
    }
}
