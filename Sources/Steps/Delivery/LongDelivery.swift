import Farm
import Journal
import Lanes

/// Sends a long file so that an interrupted delivery goes on where it was, and of an older version only what is new in it.
///
/// adbd removes what a broken `push` has written; a command of the shell leaves it there.
struct LongDelivery {
    let staging: String
    let operation: String
    let phone: any ConnectedPhone
    let payloads: any PayloadProviding
    let progress: ProgressMeter

    /// Sends a file of which the phone has nothing, or what an interrupted delivery left.
    func send(_ item: DeliveryTable.Item, to path: RemotePath) async throws -> StepFailure? {
        guard case .bytes(let bytes) = item.entry.content else { return nil }
        if let failure = try await goOn(item, bytes, at: path) { return failure.failure }
        let line = "umask 0; \(ShellLine("mkdir", "-p", path.parent.path)) && cat >\(ShellLine(path.path))"
        let result = try await phone.feed(
            line, input: [SharedSlice(bytes)], outputLimit: 4096, progress: progress)
        if let failure = refusal(result, item) { return failure }
        return try await finish(item, at: path)
    }

    /// Sends the blocks that are new, and puts them into a copy of the file that the phone has.
    func send(
        _ item: DeliveryTable.Item, _ patch: DeliveryChoice.Patch, to path: RemotePath
    ) async throws -> StepFailure? {
        guard case .bytes(let bytes) = item.entry.content else { return nil }
        if let failure = try await goOn(item, bytes, at: path) { return failure.failure }
        let copy =
            "umask 0; \(ShellLine("mkdir", "-p", path.parent.path)) && \(Self.copying(item, patch, to: path)) 2>/dev/null"
        if let failure = refusal(try await phone.run(copy), item) { return failure }
        return try await write(patch.difference, of: item, bytes, into: path)
    }

    /// Copies a file of another length up to its last whole block only: what follows is new in any case.
    private static func copying(
        _ item: DeliveryTable.Item, _ patch: DeliveryChoice.Patch, to path: RemotePath
    ) -> ShellLine {
        let difference = patch.difference
        guard patch.old.size != UInt64(difference.size) else {
            return ShellLine("cp", item.path.path, path.path)
        }
        return ShellLine(
            "dd", "if=\(item.path.path)", "of=\(path.path)", "bs=\(difference.blockSize)",
            "count=\(difference.size / difference.blockSize)")
    }

    /// The end of a delivery that was taken up again; a failure or none.
    private struct TakenUp {
        let failure: StepFailure?
    }

    /// Goes on with what an interrupted delivery left; nil when there is nothing of use.
    private func goOn(_ item: DeliveryTable.Item, _ bytes: SharedBytes, at path: RemotePath) async throws -> TakenUp? {
        guard let left = try await phone.status(of: [path]).first ?? nil, left.kind == .file, left.size > 0,
            let difference = try await BlockDifference.look(
                for: bytes, at: path, of: left.size, with: payloads, on: phone),
            difference.bytes < UInt64(bytes.count), left.size <= UInt64(bytes.count)
        else { return nil }
        return TakenUp(failure: try await write(difference, of: item, bytes, into: path))
    }

    /// Sends the blocks as files, since `dd` reads those in whole blocks on every phone, and copies them to their places.
    private func write(
        _ difference: BlockDifference, of item: DeliveryTable.Item, _ bytes: SharedBytes, into path: RemotePath
    ) async throws -> StepFailure? {
        let folder = try RemotePath(validating: "\(staging)/.blocks")
        let pieces = try difference.runs.map { run in
            FileToPush(
                path: try folder.appending("\(run.first)"),
                content: .bytes(SharedBytes(SharedSlice(bytes, difference.range(of: run)))),
                modified: item.entry.modified)
        }
        let found = try await phone.status(of: pieces.map(\.path))
        let due = zip(pieces, found).filter { piece, status in
            guard case .bytes(let bytes) = piece.content, let status else { return true }
            return status.size != UInt64(bytes.count) || status.modified != piece.modified
        }.map(\.0)
        let refusals = due.isEmpty ? [] : try await phone.push(due, progress: progress)
        if let failure = PushRefusals.failure(operation, place: item.path.path, refusals) { return failure }
        let line = """
            cd \(ShellLine(folder.path)) && for p in *; do \
            dd if="$p" of=\(ShellLine(path.path)) bs=\(difference.blockSize) seek="$p" conv=notrunc 2>/dev/null || exit 1; \
            done; cd / && \(ShellLine("rm", "-rf", folder.path))
            """
        if !pieces.isEmpty, let failure = refusal(try await phone.run(line), item) { return failure }
        return try await finish(item, at: path)
    }

    /// Gives the file its time; where that fails, the next comparison goes by its content.
    private func finish(_ item: DeliveryTable.Item, at path: RemotePath) async throws -> StepFailure? {
        let time = TouchTime(item.entry.modified)
        _ = try await phone.run("TZ=UTC0 \(ShellLine("touch", "-t", time.description, path.path)) 2>/dev/null; :")
        return nil
    }

    private func refusal(_ result: CommandResult, _ item: DeliveryTable.Item) -> StepFailure? {
        guard result.exit != 0 else { return nil }
        let words = result.errorText.isEmpty ? result.text : result.errorText
        return PushRefusals.failure(
            operation, place: item.path.path, reason: words.isEmpty ? "it could not be written" : words)
    }
}
