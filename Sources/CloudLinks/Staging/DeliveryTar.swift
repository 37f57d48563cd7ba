import Archive
import Crypto
import Farm
import Glibc
import Lanes

/// The archives that bring a delivery to phones, made once for all of them: plain tars of at most 6 GB, in the layout of
/// the phone's root, and a list of sums by which a phone tells later whether it still has everything.
final class DeliveryTar: Sendable {
    /// One archive.
    struct Part: Sendable {
        let file: ScratchCopy
        let sha256: String
    }

    /// The archives, in the order in which they are unpacked.
    let parts: [Part]

    /// The most bytes of one archive (Cloud Phone API, limits that shape a batch), with room for its heads.
    static let most: UInt64 = 6_000_000_000 - (64 << 20)
    /// Beyond this many files the list of sums is left out.
    private static let mostListed = 20_000

    /// Where the list of a delivery is kept on phones.
    static func listPath(_ sums: String) -> String {
        "/data/local/tmp/.drover/\(SHA256.hash(of: sums).hex.prefix(32)).sums"
    }

    /// Packs; blocks as long as hashing and writing take.
    ///
    /// - Parameter sums: The list that goes along; nil for none.
    /// - Throws: ``ServiceError`` for what cannot be delivered in this way, `ArchiveError`, `SystemError`.
    init(_ delivery: BatchedDelivery, scratch: String, sums: String?) throws {
        var entries = try delivery.files.map { try Entry($0) }
        if let sums {
            let list = try FileToPush(
                path: RemotePath(validating: Self.listPath(sums)), content: .bytes(SharedBytes(Array(sums.utf8))),
                modified: 0)
            entries.append(try Entry(list))
        }
        parts = try Self.split(entries).map { try Self.pack($0, scratch) }
    }

    /// The list that `sha256sum -c` reads; nil for what it cannot tell of.
    static func sums(of delivery: BatchedDelivery) throws -> String? {
        guard delivery.files.count <= mostListed else { return nil }
        var lines: [String] = []
        for file in delivery.files {
            guard case .bytes(let bytes) = file.content else { continue }
            guard !file.path.path.contains("\n"), !file.path.path.contains("\\") else { return nil }
            let hash = bytes.withUnsafeBytes { SHA256.hash(of: $0) }.hex
            lines.append("\(hash)  \(file.path.path)\n")
        }
        return lines.isEmpty ? nil : lines.joined()
    }

    private struct Entry {
        let file: FileToPush
        let member: PhoneRoot.Member
        let size: UInt64

        init(_ file: FileToPush) throws {
            guard let member = PhoneRoot.member(for: file.path.path) else {
                throw ServiceError(
                    "unwritable", operation: "push \(file.path.path)",
                    reason: "the cloud's service unpacks archives below /data and /sdcard only",
                    advice: "choose a place there, or reach the phone over ADB")
            }
            self.file = file
            self.member = member
            size = if case .bytes(let bytes) = file.content { UInt64(bytes.count) } else { 0 }
            guard size <= DeliveryTar.most else {
                throw ServiceError(
                    "too-large", operation: "push \(file.path.path)",
                    reason: "the file has \(size) bytes, and the service takes archives of 6 GB",
                    advice: "reach the phone over ADB")
            }
        }
    }

    /// Cuts a delivery into archives; heads take a kibibyte each, and padding at most half of that.
    private static func split(_ entries: [Entry]) -> [[Entry]] {
        var parts: [[Entry]] = [[]]
        var room = most
        for entry in entries {
            let cost = entry.size + 2048
            if cost > room, parts[parts.count - 1].isEmpty == false {
                parts.append([])
                room = most
            }
            parts[parts.count - 1].append(entry)
            room -= min(cost, room)
        }
        return parts.filter { !$0.isEmpty }
    }

    private static func pack(_ entries: [Entry], _ scratch: String) throws -> Part {
        let file = try ScratchCopy(in: scratch, named: "delivery")
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError("open") }
        defer { close(descriptor) }
        var writer = try ArchiveWriter(.tar) { (block) throws(ArchiveError) in
            do throws(SystemError) {
                try block.write(to: descriptor)
            } catch {
                throw ArchiveError(.cannotWrite, "pack a delivery", reason: error.reason)
            }
        }
        var made: Set<String> = []
        for entry in entries {
            for folder in PhoneRoot.folders(above: entry.member.name) where made.insert(folder).inserted {
                try writer.begin(
                    WrittenEntry(
                        path: folder, kind: .folder, mode: 0o775, owner: entry.member.owner, group: entry.member.group))
            }
            try write(entry, to: &writer)
        }
        try writer.finish()
        let bytes = try SharedBytes(mapping: file.path)
        return Part(file: file, sha256: bytes.withUnsafeBytes { SHA256.hash(of: $0) }.hex)
    }

    private static func write(_ entry: Entry, to writer: inout ArchiveWriter) throws(ArchiveError) {
        let kind: WrittenEntry.Kind =
            switch entry.file.content {
            case .bytes(let bytes): .file(size: UInt64(bytes.count))
            case .link(let target): .link(to: target)
            case .folder: .folder
            }
        let mode: UInt32 = if case .folder = entry.file.content { entry.file.mode | 0o110 } else { entry.file.mode }
        try writer.begin(
            WrittenEntry(
                path: entry.member.name, kind: kind, mode: mode, modified: max(0, entry.file.modified),
                owner: entry.member.owner, group: entry.member.group))
        if case .bytes(let bytes) = entry.file.content {
            try bytes.withUnsafeBytes { (all) throws(ArchiveError) in try writer.write(all) }
        }
    }
}
