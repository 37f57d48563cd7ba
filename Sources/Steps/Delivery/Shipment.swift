import Crypto
import Farm
import Lanes
import Synchronization

/// What phones get that lack the same of a payload, and by which ways; made once for all of them.
final class Shipment: Sendable {
    struct Key: Hashable, Sendable {
        let due: [Int]
        let packs: Bool
    }

    /// How a phone shows that it has everything: one hash of all lines that `sha256sum` prints.
    struct Proof: Sendable {
        /// The paths of all files, with a NUL behind each.
        let names: SharedBytes
        /// SHA-256 of the lines, as 64 hex digits.
        let digest: String
    }

    /// So many small files are worth an archive: the phone unpacks one in half the time of single files, but one command more
    /// is needed.
    private static let fewestArchived = 32
    /// Larger files gain nothing in an archive.
    private static let largestArchived: UInt64 = 1 << 20
    /// An archive is never larger, so that of an interrupted delivery no more than this is lost.
    private static let largestArchive = 64 << 20

    let table: DeliveryTable
    /// The numbers of all entries.
    let due: [Int]
    /// Folders that hold nothing.
    let folders: [Int]
    /// Files and links.
    let others: [Int]
    /// Small files, in archives that are unpacked on the phone.
    let archives: [[Int]]
    /// Files and links, one stream for all.
    let streamed: [Int]
    /// Files so long that each phone is asked what it has of them.
    let long: [Int]
    /// Bytes of content in ``archives`` and ``streamed``.
    let bytes: UInt64
    /// Why something goes another way than people might expect.
    let notes: [String]

    private let packed = Mutex<[Int: Task<Result<SharedBytes, PayloadError>, Never>]>([:])
    private let proved = Mutex<Proof??>(nil)
    private let renamings = Mutex<[Int: [String]]>([:])
    private let stagings = DerivedValues<String>()

    init(_ table: DeliveryTable, due: [Int], packs: Bool) {
        self.table = table
        self.due = due
        var small: [Int] = []
        var streamed: [Int] = []
        var long: [Int] = []
        var bytes: UInt64 = 0
        for number in due where !table.isFolder(number) {
            let size = table.size(number)
            guard size <= BlockDifference.shortestFile else {
                long.append(number)
                continue
            }
            bytes += size
            if size <= Self.largestArchived { small.append(number) } else { streamed.append(number) }
        }
        if small.count >= Self.fewestArchived, packs {
            archives = small.parts(upTo: Self.largestArchive) { Int(table.size($0)) }
            notes = ["small ones in an archive"]
        } else {
            archives = []
            notes = small.count >= Self.fewestArchived ? ["one by one, since the phone has no `tar`"] : []
            streamed += small
        }
        folders = due.filter(table.isFolder)
        others = folders.isEmpty ? due : due.filter { !table.isFolder($0) }
        self.streamed = streamed
        self.long = long
        self.bytes = bytes
    }

    // MARK: - Archives

    /// One of ``archives``, packed by whoever asks first.
    ///
    /// - Throws: `PayloadError`.
    func archive(_ part: Int, with payloads: any PayloadProviding) async throws -> SharedBytes {
        try await packing(part, with: payloads).value.get()
    }

    /// Packs what is sent next, while something else is sent; a failure shows when the archive is wanted.
    func prepare(_ part: Int, with payloads: any PayloadProviding) {
        guard archives.indices.contains(part) else { return }
        _ = packing(part, with: payloads)
    }

    private func packing(
        _ part: Int, with payloads: any PayloadProviding
    ) -> Task<Result<SharedBytes, PayloadError>, Never> {
        packed.withLock { packed in
            if let known = packed[part] { return known }
            let entries = entries(archives[part])
            let task = Task { () async -> Result<SharedBytes, PayloadError> in
                do throws(PayloadError) { return .success(try await payloads.archive(of: entries)) } catch {
                    return .failure(error)
                }
            }
            packed[part] = task
            return task
        }
    }

    /// Entries under the names that they get.
    func entries(_ numbers: [Int]) -> [FilesPayload.Entry] {
        numbers.map { number in
            let item = table[number]
            return item.entry.path == item.relative ? item.entry : item.entry.renamed(item.relative)
        }
    }

    // MARK: - Proof

    /// The temporary paths of ``others`` in a folder, which is the same on all phones of a run.
    func staged(in folder: String) throws -> RemotePaths {
        try stagings.value(for: folder) {
            let folder = try RemotePath(validating: folder)
            return RemotePaths(try others.map { try folder.appending(table.relative($0)) })
        }
    }

    /// What shows that all files are there; nil when one of them has no hash.
    func proof() -> Proof? {
        proved.withLock { proved in
            if let known = proved { return known }
            let made = makeProof()
            proved = .some(made)
            return made
        }
    }

    private func makeProof() -> Proof? {
        var names: [UInt8] = []
        var hash = SHA256()
        for number in others where table.isFile(number) {
            guard let sha256 = table.sha256(number) else { return nil }
            let name = table.relative(number).utf8
            names += name
            names.append(0)
            hash.update(Array(sha256.utf8) + [0x20, 0x20] + Array(name) + [0x0A])
        }
        return Proof(names: SharedBytes(names), digest: hash.finish().hex)
    }

    // MARK: - Renaming

    /// Shell lines that move everything from the folder that they are run in to where it belongs.
    ///
    /// - Parameter limit: Bytes in a line, at most.
    func moves(limit: Int) -> [String] {
        renamings.withLock { known in
            if let lines = known[limit] { return lines }
            let lines = moves(of: others, limit: limit)
            known[limit] = lines
            return lines
        }
    }

    /// The same for some of them.
    func moves(of numbers: [Int], limit: Int) -> [String] {
        var byFolder: [String: [String]] = [:]
        for number in numbers {
            byFolder[table.places.paths[number].parent.path, default: []].append("./" + table.relative(number))
        }
        var commands: [String] = []
        for (folder, names) in byFolder.sorted(by: { $0.key < $1.key }) {
            commands.append(ShellLine("mkdir", "-p", folder).description)
            commands += ShellBatches.packed(names, limit: limit / 2).map { part in
                ShellLine(["mv", "-f"] + part + [folder == "/" ? "/" : folder + "/"]).description
            }
        }
        return ShellBatches.joined(commands, limit: limit)
    }
}
