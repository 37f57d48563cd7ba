import Farm
import Journal
import Lanes

/// Sends what is due under temporary names, looks whether it arrived whole, and renames it then.
///
/// Whatever happens on the way, no file ever stands under its final name with only a part of its bytes. What an interrupted
/// delivery of the same run left under temporary names is not sent again.
struct PushDelivery {
    /// One thing and its temporary path.
    typealias Staged = (item: DeliveryTable.Item, path: RemotePath)

    let comparison: PushComparison
    let operation: String
    let tag: String
    let phone: any ConnectedPhone
    let payloads: any PayloadProviding
    let progress: ProgressMeter
    /// What else `delete` does: the folder is marked as drover's own when it is made, and what is in the way goes.
    var deletion: Deletion?
    /// How many things were in the way and were removed.
    var cleared = 0

    var table: DeliveryTable { comparison.table }

    /// Beside the folder that is to be made, so that it gets its name with one renaming, or inside the one that is there.
    var staging: String {
        (comparison.existing.path == "/" ? "" : comparison.existing.path) + "/" + Leftovers.prefix + tag
    }

    /// Delivers; nil when all went well.
    ///
    /// - Throws: ``DeletionRefusal`` when what is in the way does not go; what the link throws.
    mutating func run() async throws -> StepFailure? {
        if let conflict = comparison.conflicts.first {
            return inTheWay(conflict.words, isBelow: conflict.number != nil)
        }
        let room = comparison.choice?.room ?? 0
        if room >= 1 << 20 {
            let found = try await RoomCheck.look(for: room, at: comparison.existing.path, on: phone)
            if let failure = found.failure(of: operation) { return failure }
        }
        let isTakenUp = try await Leftovers.sweep(comparison.existing, keeping: tag, on: phone)
        let direct = comparison.direct.map { table[$0] }
        if !direct.isEmpty, let failure = try await send(direct.map { ($0, $0.path) }) { return failure }
        guard let choice = comparison.choice else { return nil }
        let folders = choice.shipment.folders
        if comparison.rootExists {
            let free = folders.filter { !comparison.replaced.contains($0) }
            if let failure = try await make(free) { return failure }
            guard !choice.shipment.others.isEmpty || !comparison.replaced.isEmpty else { return nil }
        }
        do {
            let staged = comparison.rootExists ? [] : folders
            let failure = try await deliver(choice, staged, isTakenUp: isTakenUp)
            guard let failure else { return nil }
            _ = try await phone.run(ShellLine("rm", "-rf", staging).description)
            return failure
        } catch let refusal as DeletionRefusal {
            _ = try await phone.run(ShellLine("rm", "-rf", staging).description)
            throw refusal
        }
    }

    /// Makes folders where they belong.
    func make(_ folders: [Int]) async throws -> StepFailure? {
        folders.isEmpty ? nil : try await send(folders.map { (table[$0], table[$0].path) })
    }

    private func stage(_ numbers: [Int]) throws -> [Staged] {
        let folder = try RemotePath(validating: staging)
        return try numbers.map { (table[$0], try folder.appending(table.relative($0))) }
    }

    private mutating func deliver(
        _ choice: DeliveryChoice, _ folders: [Int], isTakenUp: Bool
    ) async throws -> StepFailure? {
        let shipment = choice.shipment
        let arrived = isTakenUp ? try await arrived(shipment) : []
        var streamed = shipment.streamed + choice.streamed
        let archives = ArchiveDelivery(staging: staging, operation: operation, phone: phone, progress: progress)
        for (number, part) in shipment.archives.enumerated() {
            let rest = arrived.isEmpty ? part : part.filter { !arrived.contains($0) }
            guard !rest.isEmpty else { continue }
            let archive: SharedBytes
            if rest.count == part.count {
                shipment.prepare(number + 1, with: payloads)
                archive = try await shipment.archive(number, with: payloads)
            } else {
                archive = try await payloads.archive(of: shipment.entries(rest))
            }
            switch try await archives.send(archive) {
            case .unpacked: break
            case .failed(let failure): return failure
            case .cannotUnpack: streamed += rest
            }
        }
        if !arrived.isEmpty { streamed.removeAll(where: arrived.contains) }
        let single = try stage(streamed + folders)
        if !single.isEmpty, let failure = try await send(single) { return failure }
        let long = LongDelivery(
            staging: staging, operation: operation, phone: phone, payloads: payloads, progress: progress)
        for (item, path) in try stage(choice.long) {
            if let failure = try await long.send(item, to: path) { return failure }
        }
        for patch in choice.patches {
            guard let (item, path) = try stage([patch.number]).first else { continue }
            if let failure = try await long.send(item, patch, to: path) { return failure }
        }
        let proof = DeliveryProof(operation: operation, staging: staging, phone: phone)
        if let failure = try await proof.verify(shipment, tools: choice.tools) { return failure }
        return comparison.rootExists ? try await move(shipment) : try await nameRoot()
    }

    /// What an interrupted delivery has brought whole; its time is set only when its last byte is written.
    private func arrived(_ shipment: Shipment) async throws -> Set<Int> {
        let found = Arrived()
        try await phone.status(of: try shipment.staged(in: staging)) { [table] index, status in
            let number = shipment.others[index]
            guard let status, status.kind == .file, status.isSizeExact, status.size == table.size(number),
                status.modified == table.modified(number)
            else { return }
            found.numbers.insert(number)
        }
        return found.numbers
    }

    // Sendable: touched only on the phone's lane.
    private final class Arrived: @unchecked Sendable {
        var numbers: Set<Int> = []
    }

    private func send(_ items: [Staged]) async throws -> StepFailure? {
        let files = items.map { item, path in
            FileToPush(
                path: path, content: item.entry.content, mode: item.entry.mode, modified: item.entry.modified)
        }
        let refusals = try await phone.push(files, progress: progress)
        guard let first = refusals.first else { return nil }
        let place = items.indices.contains(first.index) ? items[first.index].item.path.path : comparison.root.path
        return PushRefusals.failure(operation, place: place, refusals)
    }

    /// - Parameter isBelow: Whether it is in the folder that everything goes into.
    func inTheWay(_ words: String, isBelow: Bool) -> StepFailure {
        StepFailure(
            code: "in-the-way", operation: operation, reason: words,
            advice: isBelow && table.isOfFolder && deletion == nil
                ? "remove it, or write `delete: true`, which replaces it in a folder that is drover's own"
                : "remove it, or write another place; a slash at the end of `to` means \"into\"")
    }
}
