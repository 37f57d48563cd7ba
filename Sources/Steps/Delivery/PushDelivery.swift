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
    /// The folder that is marked as drover's own when the delivery makes it.
    var own: OwnFolder?

    private var table: DeliveryTable { comparison.table }

    /// Beside the folder that is to be made, so that it gets its name with one renaming, or inside the one that is there.
    private var staging: String {
        (comparison.existing.path == "/" ? "" : comparison.existing.path) + "/" + Leftovers.prefix + tag
    }

    /// Delivers; nil when all went well.
    func run() async throws -> StepFailure? {
        if let conflict = comparison.conflicts.first {
            return failure(
                "in-the-way", conflict,
                advice: "remove it, or write another place; a slash at the end of `to` means \"into\"")
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
            if !folders.isEmpty, let failure = try await send(folders.map { (table[$0], table[$0].path) }) {
                return failure
            }
            guard !choice.shipment.others.isEmpty else { return nil }
        }
        if let failure = try await deliver(choice, comparison.rootExists ? [] : folders, isTakenUp: isTakenUp) {
            _ = try await phone.run(ShellLine("rm", "-rf", staging).description)
            return failure
        }
        return nil
    }

    private func stage(_ numbers: [Int]) throws -> [Staged] {
        let folder = try RemotePath(validating: staging)
        return try numbers.map { (table[$0], try folder.appending(table.relative($0))) }
    }

    private func deliver(_ choice: DeliveryChoice, _ folders: [Int], isTakenUp: Bool) async throws -> StepFailure? {
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

    /// Gives the whole new folder its name.
    private func nameRoot() async throws -> StepFailure? {
        let root = comparison.root
        let line = """
            \(ShellLine("mkdir", "-p", root.parent.path)) && [ ! -e \(ShellLine(root.path)) ] && \
            \(own.map { $0.markLine(in: staging) + " && " } ?? "")\
            \(ShellLine("mv", staging, root.path))
            """
        return Self.refusal(try await phone.run(line), operation)
    }

    /// Renames everything, folder by folder, in as few shell lines as the phone takes.
    private func move(_ shipment: Shipment) async throws -> StepFailure? {
        let enter = "cd \(ShellLine(staging)) && "
        let leave = " && \(ShellLine("rm", "-rf", staging))"
        let lines = shipment.moves(limit: ShellBatches.lineLimit(of: phone) - enter.utf8.count - leave.utf8.count)
        for (number, line) in lines.enumerated() {
            let whole = enter + line + (number + 1 == lines.count ? leave : "")
            if let failure = Self.refusal(try await phone.run(whole), operation) { return failure }
        }
        return nil
    }

    private static func refusal(_ result: CommandResult, _ operation: String) -> StepFailure? {
        guard result.exit != 0 else { return nil }
        let said = PhoneWords(result.errorText.isEmpty ? result.text : result.errorText).firstLine
        return StepFailure(
            code: "refused", operation: operation, reason: said.isEmpty ? "the files could not be renamed" : said)
    }

    private func failure(_ code: String, _ reason: String, advice: String? = nil) -> StepFailure {
        StepFailure(code: code, operation: operation, reason: reason, advice: advice)
    }
}
