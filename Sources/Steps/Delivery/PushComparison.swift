import Farm
import Lanes

/// What is to be delivered to one phone, compared with what is there.
struct PushComparison: Sendable {
    /// Something of another type where something is due.
    struct Conflict: Sendable {
        /// What is due there; nil when it is the folder for everything, or one above it.
        let number: Int?
        /// `/sdcard/in is a folder on the phone`.
        let words: String
    }

    /// Entries whose state is asked for together with the folders', to spare small deliveries a round trip.
    private static let askedAtOnce = 256

    let table: DeliveryTable
    /// The nearest folder above or at ``root`` that the phone has.
    let existing: RemotePath
    /// What is to be sent.
    private(set) var due: [Int] = []
    /// What goes into a device or a pipe, in place and unverified.
    private(set) var direct: [Int] = []
    /// How many entries are there as they should be.
    private(set) var same = 0
    /// Where something of another type stands in the way.
    private(set) var conflicts: [Conflict] = []
    /// What is to be sent, and cannot get its name before what stands there is removed.
    private(set) var replaced: Set<Int> = []
    /// How what is due gets there; nil when nothing is.
    private(set) var choice: DeliveryChoice?
    /// Due files of which the phone has one of the same size.
    private var unsure: [Int] = []
    /// What the phone has of files that are too long to be sent whole.
    private(set) var older: [Int: RemoteFile] = [:]

    /// The folder that everything goes into.
    var root: RemotePath { table.root }
    /// Whether ``root`` itself is there.
    var rootExists: Bool { existing.path == root.path }
    /// Bytes of content that travel.
    var dueBytes: UInt64 { direct.reduce(choice?.bytes ?? 0) { $0 + table.size($1) } }
    /// How many entries are sent.
    var dueCount: Int { due.count + direct.count }
    var isComplete: Bool { dueCount == 0 && conflicts.isEmpty }

    private init(_ table: DeliveryTable, existing: RemotePath) {
        self.table = table
        self.existing = existing
    }

    /// Asks the phone about everything.
    static func look(
        for files: FilesPayload, to destination: RemotePath, force: Bool, with payloads: any PayloadProviding,
        on phone: any ConnectedPhone
    ) async throws -> Self {
        var comparison = try await states(of: files, at: destination, force: force, on: phone)
        try await comparison.choose(force: force, with: payloads, on: phone)
        return comparison
    }

    /// Asks the phone for the states of everything, and for no content.
    static func states(
        of files: FilesPayload, at destination: RemotePath, force: Bool, on phone: any ConnectedPhone
    ) async throws -> Self {
        let table = try DeliveryTable.shared(files, at: destination)
        return try await states(of: table, timesTell: table.timesTell && !force, on: phone)
    }

    /// Compares the contents where the states leave it open, and chooses the ways.
    mutating func choose(
        force: Bool, with payloads: any PayloadProviding, on phone: any ConnectedPhone
    ) async throws {
        guard !due.isEmpty else { return }
        let tools = try await PhoneTools.ask(phone)
        if !force, tools.isSuperset(of: .hashing) { try await compareContents(on: phone) }
        unsure = []
        guard !due.isEmpty else { return }
        let shipment = table.shipment(of: due, packs: tools.isSuperset(of: .unpacking))
        // The same numbers, in the one array that all phones share.
        due = shipment.due
        choice = try await DeliveryChoice.make(for: shipment, older: older, tools: tools, with: payloads, on: phone)
    }

    /// Takes what obstacles keep from its place for something to be sent, whatever was seen through them.
    mutating func replace(_ obstacles: Obstacles) {
        guard !obstacles.isEmpty else { return }
        let places = Set(obstacles.all.map(\.delivered))
        let numbers = Set(table.all.filter { table.lies($0, in: places) })
        same -= numbers.subtracting(due).subtracting(direct).subtracting(conflicts.compactMap(\.number)).count
        conflicts.removeAll { $0.number.map(numbers.contains) ?? false }
        direct.removeAll(where: numbers.contains)
        unsure.removeAll(where: numbers.contains)
        for number in numbers { older[number] = nil }
        due = numbers.union(due).sorted()
        replaced = numbers
    }

    /// What has the same size and another time may be the same all the same, as on volumes that lose times.
    private mutating func compareContents(on phone: any ConnectedPhone) async throws {
        let unsure = unsure.filter { table.sha256($0) != nil }
        let hashes = try await PhoneHashes.of(unsure.map { table.places.paths[$0].path }, in: "/", on: phone)
        guard let hashes else { return }
        let equal = Set(zip(unsure, hashes).filter { table.sha256($0) == $1 }.map(\.0))
        guard !equal.isEmpty else { return }
        same += equal.count
        due.removeAll(where: equal.contains)
    }

    // MARK: - States

    private static func states(
        of table: DeliveryTable, timesTell: Bool, on phone: any ConnectedPhone
    ) async throws -> Self {
        var above = [table.root]
        while let last = above.last, last.path != "/" { above.append(last.parent) }
        let asksAtOnce = table.all.count <= askedAtOnce
        let found = try await phone.status(of: asksAtOnce ? above + table.places.paths : above)
        let count = above.count + (asksAtOnce ? table.all.count : 0)
        guard found.count == count else {
            throw PhoneError(
                .notAPhone, operation: "ask about \(count) files", reason: "it answered about \(found.count)")
        }
        let existing = zip(above, found).first { $0.1 != nil }?.0 ?? above[above.count - 1]
        var comparison = Self(table, existing: existing)
        for (folder, status) in zip(above, found) {
            // A link is taken for a folder: /sdcard is one, and the phone follows it.
            guard let status, status.kind == .file || (status.kind == .other && !table.all.isEmpty) else { continue }
            comparison.conflicts.append(Conflict(number: nil, words: "\(folder.path) is no folder on the phone"))
        }
        if asksAtOnce {
            for (number, status) in zip(table.all, found.dropFirst(above.count)) {
                comparison.take(number, status, timesTell)
            }
        } else if comparison.rootExists {
            let findings = Findings(comparison)
            try await phone.status(of: table.places) { findings.comparison.take($0, $1, timesTell) }
            comparison = findings.comparison
        } else {
            comparison.due = table.all
        }
        return comparison
    }

    // Sendable: touched only on the phone's lane.
    private final class Findings: @unchecked Sendable {
        var comparison: PushComparison

        init(_ comparison: PushComparison) { self.comparison = comparison }
    }

    /// - Parameter timesTell: Whether what has the same size and time counts as the same.
    private mutating func take(_ number: Int, _ status: RemoteFile?, _ timesTell: Bool) {
        guard let status else {
            due.append(number)
            return
        }
        switch (table.content(number), status.kind) {
        case (.folder, .folder), (.folder, .link): same += 1
        case (.folder, _): conflict(number, "is no folder on the phone")
        case (_, .folder): conflict(number, "is a folder on the phone")
        case (.bytes, .other): direct.append(number)
        case (.bytes(let bytes), .file):
            // Without the whole size a file of 4 GiB more would look the same.
            let isSameSize = status.isSizeExact && status.size == UInt64(bytes.count)
            if isSameSize, timesTell, status.modified == table.modified(number) {
                same += 1
                return
            }
            due.append(number)
            if isSameSize { unsure.append(number) }
            if table.size(number) > BlockDifference.shortestFile { older[number] = status }
        case (.link(let target), .link):
            let isSame = status.size == UInt64(target.utf8.count) && status.modified == table.modified(number)
            if isSame, timesTell { same += 1 } else { due.append(number) }
        case (.bytes, .link), (.link, .file), (.link, .other): due.append(number)
        }
    }

    private mutating func conflict(_ number: Int, _ words: String) {
        conflicts.append(Conflict(number: number, words: "\(table.places.paths[number].path) \(words)"))
    }
}
