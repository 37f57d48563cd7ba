import Farm
import Lanes

/// By which way each thing that is due gets to the phone.
struct DeliveryChoice: Sendable {
    /// A long file of which the phone has an older version, and what is new in it.
    struct Patch: Sendable {
        let item: PushComparison.Item
        let difference: BlockDifference
    }

    /// So many small files are worth an archive: the phone unpacks one in half the time of single files, but one command more
    /// is needed.
    private static let fewestArchived = 32
    /// Larger files gain nothing in an archive.
    private static let largestArchived: UInt64 = 1 << 20
    /// An archive is never larger, so that of an interrupted delivery no more than this is lost.
    private static let largestArchive: UInt64 = 64 << 20

    /// What the phone has for it.
    var tools: PhoneTools = []
    /// Small files, in archives that are unpacked on the phone.
    var archives: [[PushComparison.Item]] = []
    /// Files and links, one stream for all.
    var streamed: [PushComparison.Item] = []
    /// Long files of which nothing is there: they can go on where they were interrupted.
    var long: [PushComparison.Item] = []
    /// Long files of which only changed blocks travel.
    var patches: [Patch] = []
    /// Why something goes another way than people might expect.
    var notes: [String] = []

    /// Bytes of content that travel.
    var bytes: UInt64 {
        let whole = (archives.joined() + streamed + long).reduce(0) { $0 + $1.size }
        return patches.reduce(whole) { $0 + $1.difference.bytes }
    }

    /// Bytes that the phone must have room for: what is new, and a copy of each file that is patched.
    var room: UInt64 { patches.reduce(bytes) { $0 + UInt64($1.difference.size) } }

    /// Chooses for all that is due; the phone is asked about the blocks of long files that it has.
    static func make(
        for comparison: PushComparison, tools: PhoneTools, with payloads: any PayloadProviding,
        on phone: any ConnectedPhone
    ) async throws -> Self {
        var choice = Self()
        choice.tools = tools
        var small: [PushComparison.Item] = []
        for item in comparison.due where !item.isFolder {
            if item.size > BlockDifference.shortestFile {
                try await choice.take(long: item, with: payloads, on: phone)
            } else if item.size <= largestArchived {
                small.append(item)
            } else {
                choice.streamed.append(item)
            }
        }
        if small.count >= fewestArchived, tools.isSuperset(of: .unpacking) {
            choice.archives = cut(small)
            choice.notes.append("small ones in an archive")
        } else {
            if small.count >= fewestArchived { choice.notes.append("one by one, since the phone has no `tar`") }
            choice.streamed += small
        }
        return choice
    }

    private mutating func take(
        long item: PushComparison.Item, with payloads: any PayloadProviding, on phone: any ConnectedPhone
    ) async throws {
        guard tools.isSuperset(of: .blocks) else {
            if item.found?.kind == .file {
                notes.append("\(item.name) whole, since the phone cannot compare blocks")
            }
            streamed.append(item)
            return
        }
        guard let old = item.found, old.kind == .file, old.size > 0, case .bytes(let bytes) = item.entry.content else {
            long.append(item)
            return
        }
        let difference = try await BlockDifference.look(
            for: bytes, at: item.path, of: old.size, with: payloads, on: phone)
        guard let difference else {
            notes.append("\(item.name) whole, since the phone could not compare its blocks")
            return long.append(item)
        }
        guard difference.isWorthwhile else {
            notes.append("\(item.name) whole, since most of it is new")
            return long.append(item)
        }
        notes.append("of \(item.name) the blocks that differ")
        patches.append(Patch(item: item, difference: difference))
    }

    private static func cut(_ items: [PushComparison.Item]) -> [[PushComparison.Item]] {
        var parts: [[PushComparison.Item]] = []
        var size: UInt64 = 0
        for item in items {
            if parts.isEmpty || size + item.size > largestArchive {
                parts.append([])
                size = 0
            }
            parts[parts.count - 1].append(item)
            size += item.size
        }
        return parts
    }
}

extension PushComparison.Item {
    /// Its last name, for people.
    var name: String { path.lastComponent }
}
