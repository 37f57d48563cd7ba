import Farm
import Journal
import Lanes

/// Brings what is due to a host: under temporary names, proved by their hashes, and renamed when all is there.
struct HostDelivery {
    let comparison: HostComparison
    let operation: String
    let mode: UInt32?
    let tag: String
    let host: any ConnectedHost
    let payloads: any PayloadProviding
    let progress: ProgressMeter

    /// One file under way.
    private struct Staged {
        let item: HostComparison.Item
        let place: RemotePath
        let hash: String?
    }

    /// Does it; the failure is the host's refusal, a lack of room, or content that did not arrive whole.
    func run() async throws -> StepFailure? {
        if let why = comparison.conflict {
            return failure("conflict", why, advice: "remove it there, or deliver to another place")
        }
        if let failure = try await lackOfRoom() { return failure }
        let staged = try await self.staged()
        let folders = comparison.due.filter { if case .folder = $0.entry.content { true } else { false } }
        let files =
            folders.map {
                FileToPush(path: $0.place, content: .folder, mode: $0.entry.mode, modified: $0.entry.modified)
            }
            + staged.map { staged in
                FileToPush(
                    path: staged.place, content: staged.item.entry.content, mode: mode ?? staged.item.entry.mode,
                    modified: staged.item.entry.modified)
            }
        let refusals = try await host.upload(files, resumes: true, progress: progress)
        if let first = refusals.first {
            try await discard(staged)
            return refused(first, among: refusals.count, place: files[min(first.index, files.count - 1)].path, staged)
        }
        if let why = try await damage(of: staged) {
            try await discard(staged)
            return failure("incomplete", why)
        }
        let pairs = staged.flatMap { [$0.place.path, $0.item.place.path] }
        if let why = try await HostFiles.run(["mv", "-fT"], with: pairs, arity: 2, on: host) {
            try await discard(staged)
            return failure("refused", why)
        }
        return try await settleModes()
    }

    private func failure(_ code: String, _ reason: String, advice: String? = nil) -> StepFailure {
        StepFailure(code: code, operation: operation, reason: reason, advice: advice)
    }

    private func refused(_ refusal: PushRefusal, among count: Int, place: RemotePath, _ staged: [Staged]) -> StepFailure
    {
        let meant = staged.first { $0.place == place }?.item.place ?? place
        let others = count > 1 ? " (and \(count - 1) more)" : ""
        let reason = PhoneWords(refusal.reason).firstLine
        let isForbidden = reason.lowercased().contains("permission denied")
        return failure(
            "refused", "\(meant): \(reason)\(others)",
            advice: isForbidden ? "log in as a user who may write there" : nil)
    }

    /// The temporary names: the run's own, and of the content, so that another attempt goes on where this one ended.
    private func staged() async throws -> [Staged] {
        var staged: [Staged] = []
        for (index, item) in comparison.due.enumerated() {
            let hash: String?
            switch item.entry.content {
            case .folder: continue
            case .link: hash = nil
            case .bytes: hash = await LocalHash.of(item.entry, with: payloads)
            }
            let name = "\(Leftovers.prefix)\(tag)-\(index)-\(hash?.prefix(12) ?? "link")"
            staged.append(Staged(item: item, place: try item.place.parent.appending(name), hash: hash))
        }
        return staged
    }

    /// What did not arrive as it was sent, by hashes or, on hosts that cannot hash, by sizes; nil when everything did.
    private func damage(of staged: [Staged]) async throws -> String? {
        let files = staged.filter { $0.hash != nil }
        if let hashes = try await HostFiles.hashes(of: files.map(\.place), on: host) {
            let wrong = zip(files, hashes).first { $0.hash != $1 }
            return wrong.map { "\($0.0.item.place) arrived with another content" }
        }
        for (file, status) in zip(files, try await host.status(of: files.map(\.place))) {
            guard case .bytes(let bytes) = file.item.entry.content else { continue }
            guard let status else { return "\(file.item.place) did not arrive" }
            guard status.size == UInt64(bytes.count) else {
                return "\(file.item.place) arrived with \(status.size) of \(bytes.count) bytes"
            }
        }
        return nil
    }

    private func discard(_ staged: [Staged]) async throws {
        // What stays behind is of no harm; the failure that is told is the one before.
        _ = try await HostFiles.run(["rm", "-f"], with: staged.map(\.place.path), on: host)
    }

    private func settleModes() async throws -> StepFailure? {
        guard let mode, !comparison.modesDue.isEmpty else { return nil }
        let words = ["chmod", String(mode, radix: 8)]
        return try await HostFiles.run(words, with: comparison.modesDue.map(\.path), on: host).map {
            failure("refused", $0)
        }
    }

    private func lackOfRoom() async throws -> StepFailure? {
        guard comparison.bytes > 0, let folder = comparison.due.first?.place.parent else { return nil }
        // The folder may have to be made yet: the nearest one above it that is there tells.
        let word = ShellLine.quoted(folder.path)
        let line = "d=\(word); while [ ! -d \"$d\" ]; do d=$(dirname \"$d\"); done; df -Pk \"$d\""
        let result = try await host.run(line, input: [], outputLimit: 65_536)
        guard let free = FreeSpace(reading: result.text)?.bytes, free < comparison.bytes else { return nil }
        return failure(
            "no-space", "\(ByteCount(clamping: free)) free, and \(ByteCount(clamping: comparison.bytes)) are needed",
            advice: "free space on the encoder")
    }
}
