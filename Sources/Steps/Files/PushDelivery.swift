import Farm
import Journal
import Lanes

/// Sends what is due under temporary names, looks whether it arrived whole, and renames it then.
///
/// Whatever happens on the way, no file ever stands under its final name with only a part of its bytes.
struct PushDelivery {
    let comparison: PushComparison
    let operation: String
    let tag: String
    let phone: any ConnectedPhone
    let progress: ProgressMeter

    private var staging: String {
        (comparison.root.path == "/" ? "" : comparison.root.path) + "/" + Leftovers.prefix + tag
    }

    /// Delivers; nil when all went well.
    func run() async throws -> StepFailure? {
        if let conflict = comparison.conflicts.first {
            return failure(
                "in-the-way", conflict,
                advice: "remove it, or write another place; a slash at the end of `to` means \"into\"")
        }
        if comparison.dueBytes >= 1 << 20 {
            let room = try await RoomCheck.look(
                for: comparison.due.reduce(0) { $0 + $1.size }, at: comparison.existing.path, on: phone)
            if let failure = room.failure(of: operation) { return failure }
        }
        if comparison.rootExists { try await Leftovers.sweep(comparison.root, keeping: tag, on: phone) }
        let inPlace = comparison.direct + comparison.due.filter(\.isFolder)
        if !inPlace.isEmpty, let failure = try await send(inPlace.map { ($0, $0.path) }) { return failure }
        let staged = try comparison.due.filter { !$0.isFolder }.map { item in
            (item, try RemotePath(validating: staging).appending(item.relative))
        }
        guard !staged.isEmpty else { return nil }
        if let failure = try await deliver(staged) {
            _ = try await phone.run(ShellLine("rm", "-rf", staging).description)
            return failure
        }
        return nil
    }

    private func deliver(_ staged: [(PushComparison.Item, RemotePath)]) async throws -> StepFailure? {
        if let failure = try await send(staged) { return failure }
        if let failure = try await verify(staged) { return failure }
        return try await move(staged)
    }

    private func send(_ items: [(PushComparison.Item, RemotePath)]) async throws -> StepFailure? {
        let files = items.map { item, path in
            FileToPush(
                path: path, content: item.entry.content, mode: item.entry.mode, modified: item.entry.modified)
        }
        let refusals = try await phone.push(files, progress: progress)
        guard let first = refusals.first else { return nil }
        let place = items.indices.contains(first.index) ? items[first.index].0.path.path : comparison.root.path
        let others = refusals.count > 1 ? " (and \(refusals.count - 1) more)" : ""
        return failure(
            "refused", "\(place): \(PhoneWords(first.reason).firstLine)\(others)", advice: advice(first.reason))
    }

    /// A hint for the two refusals that everybody meets; the phone's own words stand beside it.
    private func advice(_ reason: String) -> String? {
        if reason.contains("Permission denied") || reason.contains("Read-only file system") {
            return "the shell user may write below /sdcard and /data/local/tmp"
        }
        return reason.contains("No space left") ? "free space on the phone: remove apps or files" : nil
    }

    private func verify(_ staged: [(PushComparison.Item, RemotePath)]) async throws -> StepFailure? {
        let found = try await phone.status(of: staged.map(\.1))
        for ((item, _), status) in zip(staged, found) {
            guard let status else { return failure("incomplete", "\(item.path.path) did not arrive") }
            let expected = status.isSizeExact ? item.size : item.size & 0xFFFF_FFFF
            guard case .bytes = item.entry.content, status.size != expected else { continue }
            return failure("incomplete", "\(item.path.path) arrived with \(status.size) of \(item.size) bytes")
        }
        return nil
    }

    /// Renames everything, folder by folder, in as few shell lines as the phone takes.
    private func move(_ staged: [(PushComparison.Item, RemotePath)]) async throws -> StepFailure? {
        var byFolder: [String: [String]] = [:]
        for (item, path) in staged { byFolder[item.path.parent.path, default: []].append(path.path) }
        var commands: [String] = []
        for (folder, paths) in byFolder.sorted(by: { $0.key < $1.key }) {
            commands.append(ShellLine("mkdir", "-p", folder).description)
            commands += Self.packed(paths, limit: lineLimit / 2).map { part in
                ShellLine(["mv", "-f"] + part + [folder == "/" ? "/" : folder + "/"]).description
            }
        }
        commands.append(ShellLine("rm", "-rf", staging).description)
        for line in Self.joined(commands, limit: lineLimit) {
            let result = try await phone.run(line)
            guard result.exit == 0 else {
                let said = PhoneWords(result.errorText.isEmpty ? result.text : result.errorText).firstLine
                return failure("refused", said.isEmpty ? "the files could not be renamed" : said)
            }
        }
        return nil
    }

    /// Phones without the shell protocol take 4096 bytes in all; the others a whole packet.
    private var lineLimit: Int {
        let features = phone.facts["features"] ?? ""
        return features.split(separator: ",").contains("shell_v2") ? 60_000 : 3_500
    }

    /// Cuts a list of words into parts whose quoted length stays below a limit.
    static func packed(_ words: [String], limit: Int) -> [[String]] {
        var parts: [[String]] = []
        var length = 0
        for word in words {
            let cost = word.utf8.count + 3
            if parts.isEmpty || length + cost > limit {
                parts.append([])
                length = 0
            }
            parts[parts.count - 1].append(word)
            length += cost
        }
        return parts
    }

    /// Joins commands with `&&` into lines below a limit.
    static func joined(_ commands: [String], limit: Int) -> [String] {
        var lines: [String] = []
        for command in commands {
            if let last = lines.last, last.utf8.count + command.utf8.count + 4 <= limit {
                lines[lines.count - 1] = last + " && " + command
            } else {
                lines.append(command)
            }
        }
        return lines
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
