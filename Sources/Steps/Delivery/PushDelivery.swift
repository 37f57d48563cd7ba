import Farm
import Journal
import Lanes

/// Sends what is due under temporary names, looks whether it arrived whole, and renames it then.
///
/// Whatever happens on the way, no file ever stands under its final name with only a part of its bytes. What an interrupted
/// delivery of the same run left under temporary names is not sent again.
struct PushDelivery {
    /// One thing and its temporary path.
    typealias Staged = (item: PushComparison.Item, path: RemotePath)

    let comparison: PushComparison
    let operation: String
    let tag: String
    let phone: any ConnectedPhone
    let payloads: any PayloadProviding
    let progress: ProgressMeter

    private var choice: DeliveryChoice { comparison.choice }

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
        if choice.room >= 1 << 20 {
            let room = try await RoomCheck.look(for: choice.room, at: comparison.existing.path, on: phone)
            if let failure = room.failure(of: operation) { return failure }
        }
        let isTakenUp = try await Leftovers.sweep(comparison.existing, keeping: tag, on: phone)
        if !comparison.direct.isEmpty, let failure = try await send(comparison.direct.map { ($0, $0.path) }) {
            return failure
        }
        let folders = comparison.due.filter(\.isFolder)
        let staged = try stage(comparison.due.filter { !$0.isFolder })
        if comparison.rootExists {
            if !folders.isEmpty, let failure = try await send(folders.map { ($0, $0.path) }) { return failure }
            guard !staged.isEmpty else { return nil }
        }
        let inside = comparison.rootExists ? [] : try stage(folders)
        if let failure = try await deliver(staged, inside, isTakenUp: isTakenUp) {
            _ = try await phone.run(ShellLine("rm", "-rf", staging).description)
            return failure
        }
        return nil
    }

    private func stage(_ items: [PushComparison.Item]) throws -> [Staged] {
        let folder = try RemotePath(validating: staging)
        return try items.map { ($0, try folder.appending($0.relative)) }
    }

    private func deliver(_ staged: [Staged], _ folders: [Staged], isTakenUp: Bool) async throws -> StepFailure? {
        let arrived = isTakenUp ? try await arrived(staged) : []
        let archives = ArchiveDelivery(
            staging: staging, operation: operation, phone: phone, payloads: payloads, progress: progress)
        var streamed = try stage(choice.streamed)
        for (number, part) in choice.archives.enumerated() {
            let rest = part.filter { !arrived.contains($0.relative) }
            if number + 1 < choice.archives.count, rest.count == part.count {
                archives.prepare(choice.archives[number + 1])
            }
            switch try await archives.send(rest) {
            case .unpacked: break
            case .failed(let failure): return failure
            case .cannotUnpack: streamed += try stage(rest)
            }
        }
        streamed.removeAll { arrived.contains($0.item.relative) }
        if !(streamed + folders).isEmpty, let failure = try await send(streamed + folders) { return failure }
        let long = LongDelivery(
            staging: staging, operation: operation, phone: phone, payloads: payloads, progress: progress)
        for (item, path) in try stage(choice.long) {
            if let failure = try await long.send(item, to: path) { return failure }
        }
        for patch in choice.patches {
            guard let path = try stage([patch.item]).first?.path else { continue }
            if let failure = try await long.send(patch, to: path) { return failure }
        }
        if let failure = try await DeliveryProof(operation: operation, staging: staging, phone: phone)
            .verify(staged, tools: choice.tools)
        {
            return failure
        }
        return comparison.rootExists ? try await move(staged) : try await nameRoot()
    }

    /// What an interrupted delivery has brought whole; its time is set only when its last byte is written.
    private func arrived(_ staged: [Staged]) async throws -> Set<String> {
        let found = try await phone.status(of: staged.map(\.path))
        return Set(
            zip(staged, found).compactMap { staged, status in
                guard let status, status.kind == .file, status.isSizeExact, status.size == staged.item.size,
                    status.modified == staged.item.entry.modified
                else { return nil }
                return staged.item.relative
            })
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
            \(ShellLine("mv", staging, root.path))
            """
        return Self.refusal(try await phone.run(line), operation)
    }

    /// Renames everything, folder by folder, in as few shell lines as the phone takes.
    private func move(_ staged: [Staged]) async throws -> StepFailure? {
        var byFolder: [String: [String]] = [:]
        for (item, path) in staged { byFolder[item.path.parent.path, default: []].append(path.path) }
        var commands: [String] = []
        for (folder, paths) in byFolder.sorted(by: { $0.key < $1.key }) {
            commands.append(ShellLine("mkdir", "-p", folder).description)
            commands += ShellBatches.packed(paths, limit: lineLimit / 2).map { part in
                ShellLine(["mv", "-f"] + part + [folder == "/" ? "/" : folder + "/"]).description
            }
        }
        commands.append(ShellLine("rm", "-rf", staging).description)
        for line in ShellBatches.joined(commands, limit: lineLimit) {
            if let failure = Self.refusal(try await phone.run(line), operation) { return failure }
        }
        return nil
    }

    /// Phones without the shell protocol take 4096 bytes in all; the others a whole packet.
    private var lineLimit: Int { ShellBatches.lineLimit(of: phone) }

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

extension PushComparison.Item {
    var isFolder: Bool {
        guard case .folder = entry.content else { return false }
        return true
    }
}
