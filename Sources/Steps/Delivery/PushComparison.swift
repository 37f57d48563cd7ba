import Farm
import Lanes

/// What is to be delivered to one phone, compared with what is there.
struct PushComparison: Sendable {
    /// One entry with its final place.
    struct Item: Sendable {
        let path: RemotePath
        let entry: FilesPayload.Entry
        /// The path below ``PushComparison/root``.
        let relative: String
        /// What the phone has there; nil for nothing.
        var found: RemoteFile?

        var size: UInt64 {
            guard case .bytes(let bytes) = entry.content else { return 0 }
            return UInt64(bytes.count)
        }
    }

    /// The folder that everything goes into.
    let root: RemotePath
    /// The nearest folder above or at ``root`` that the phone has.
    let existing: RemotePath
    /// Whether ``root`` itself is there.
    var rootExists: Bool { existing.path == root.path }
    /// What is to be sent.
    var due: [Item] = []
    /// What goes into a device or a pipe, in place and unverified.
    var direct: [Item] = []
    /// How many entries are there as they should be.
    var same = 0
    /// How the rest gets there.
    var choice = DeliveryChoice()
    /// Where something of another type stands in the way.
    var conflicts: [String] = []

    /// Bytes of content that travel.
    var dueBytes: UInt64 { direct.reduce(choice.bytes) { $0 + $1.size } }
    var isComplete: Bool { due.isEmpty && direct.isEmpty && conflicts.isEmpty }

    /// Asks the phone about everything in one go.
    static func look(
        for files: FilesPayload, to destination: RemotePath, force: Bool, with payloads: any PayloadProviding,
        on phone: any ConnectedPhone
    ) async throws -> Self {
        var comparison = try await states(of: files, to: destination, force: force, on: phone)
        guard !comparison.due.isEmpty else { return comparison }
        let tools = try await PhoneTools.ask(phone)
        if !force, tools.isSuperset(of: .hashing) { try await comparison.compareContents(on: phone) }
        comparison.choice = try await DeliveryChoice.make(for: comparison, tools: tools, with: payloads, on: phone)
        return comparison
    }

    /// What has the same size and another time may be the same all the same, as on volumes that lose times.
    private mutating func compareContents(on phone: any ConnectedPhone) async throws {
        let unsure = due.indices.filter { index in
            guard let found = due[index].found, found.kind == .file, due[index].entry.sha256 != nil else {
                return false
            }
            return found.isSizeExact && found.size == due[index].size
        }
        let hashes = try await PhoneHashes.of(unsure.map { due[$0].path.path }, in: "/", on: phone)
        guard let hashes else { return }
        let equal = Set(zip(unsure, hashes).filter { due[$0].entry.sha256 == $1 }.map(\.0))
        same += equal.count
        due = due.indices.filter { !equal.contains($0) }.map { due[$0] }
    }

    private static func states(
        of files: FilesPayload, to destination: RemotePath, force: Bool, on phone: any ConnectedPhone
    ) async throws -> Self {
        let intoFolder = files.isFolder || destination.namesFolder
        let root = intoFolder ? destination : destination.parent
        let items = try files.entries.map { entry in
            let relative = intoFolder ? entry.path : destination.lastComponent
            return Item(path: try root.appending(relative), entry: entry, relative: relative, found: nil)
        }
        var above = [root]
        while let last = above.last, last.path != "/" { above.append(last.parent) }
        let found = try await phone.status(of: above + items.map(\.path))
        guard found.count == above.count + items.count else {
            throw PhoneError(
                .notAPhone, operation: "ask about \(items.count) files", reason: "it answered about \(found.count)")
        }
        let existing = zip(above, found).first { $0.1 != nil }?.0 ?? above[above.count - 1]
        var comparison = Self(root: root, existing: existing)
        for (folder, status) in zip(above, found) {
            // A link is taken for a folder: /sdcard is one, and the phone follows it.
            guard let status, status.kind == .file || (status.kind == .other && !items.isEmpty) else { continue }
            comparison.conflicts.append("\(folder.path) is no folder on the phone")
        }
        for (item, status) in zip(items, found.dropFirst(above.count)) {
            var item = item
            item.found = status
            comparison.take(item, status, timesTell: files.timesTell && !force)
        }
        return comparison
    }

    /// - Parameter timesTell: Whether what has the same size and time counts as the same.
    private mutating func take(_ item: Item, _ status: RemoteFile?, timesTell: Bool) {
        guard let status else {
            due.append(item)
            return
        }
        switch item.entry.content {
        case .folder:
            switch status.kind {
            case .folder, .link: same += 1
            case .file, .other: conflicts.append("\(item.path.path) is no folder on the phone")
            }
        case .bytes(let bytes):
            switch status.kind {
            case .folder: conflicts.append("\(item.path.path) is a folder on the phone")
            case .other: direct.append(item)
            case .link: due.append(item)
            case .file:
                // Without the whole size a file of 4 GiB more would look the same.
                let isSame =
                    status.isSizeExact && status.size == UInt64(bytes.count) && status.modified == item.entry.modified
                if isSame, timesTell { same += 1 } else { due.append(item) }
            }
        case .link(let target):
            switch status.kind {
            case .folder: conflicts.append("\(item.path.path) is a folder on the phone")
            case .file, .other: due.append(item)
            case .link:
                let isSame = status.size == UInt64(target.utf8.count) && status.modified == item.entry.modified
                if isSame, timesTell { same += 1 } else { due.append(item) }
            }
        }
    }
}
