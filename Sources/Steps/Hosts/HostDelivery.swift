import Farm
import Journal
import Lanes

/// Brings what is due to a host: under temporary names, and renamed when all is there.
///
/// What travelled whole needs no hash to prove it: the connection has checked every packet, and the host has confirmed
/// every part. What goes on where an interrupted upload ended is proved by hashes.
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

        var bytes: SharedBytes? { if case .bytes(let bytes) = item.entry.content { bytes } else { nil } }
    }

    /// Does it; the failure is the host's refusal, a lack of room, or content that did not arrive whole.
    func run() async throws -> StepFailure? {
        if let why = comparison.conflict {
            return failure("conflict", why, advice: "remove it there, or deliver to another place")
        }
        if let failure = try await lackOfRoom() { return failure }
        let staged = try self.staged()
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
        let receipt = try await host.upload(files, resumes: true, progress: progress)
        if let first = receipt.refusals.first {
            try await discard(staged)
            let place = files[min(first.index, files.count - 1)].path
            return refused(first, among: receipt.refusals.count, place: place, staged)
        }
        let resumed = receipt.resumed.compactMap { $0 < folders.count ? nil : staged[$0 - folders.count] }
        if let why = try await damage(of: resumed, among: staged) {
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
    private func staged() throws -> [Staged] {
        var staged: [Staged] = []
        for (index, item) in comparison.due.enumerated() {
            let content: String
            switch item.entry.content {
            case .folder: continue
            case .link: content = "link"
            // Enough to tell contents apart in one run; whether a part is the beginning of this one, its hash tells.
            case .bytes(let bytes):
                content = item.entry.sha256.map { String($0.prefix(12)) } ?? "\(bytes.count)-\(item.entry.modified)"
            }
            let name = "\(Leftovers.prefix)\(tag)-\(index)-\(content)"
            staged.append(Staged(item: item, place: try item.place.parent.appending(name)))
        }
        return staged
    }

    /// What did not arrive as it was to be sent; nil when everything did.
    ///
    /// - Parameter resumed: What was there in part, and so is compared by hash, where the host can tell one.
    private func damage(of resumed: [Staged], among staged: [Staged]) async throws -> String? {
        let files = staged.filter { $0.bytes != nil }
        if let changed = files.first(where: { $0.bytes?.wereOverwritten == true }) {
            return "\(changed.item.entry.path) was written to while it was sent"
        }
        if !resumed.isEmpty, let hashes = try await HostFiles.hashes(of: resumed.map(\.place), on: host) {
            for (file, hash) in zip(resumed, hashes)
            where await LocalHash.of(file.item.entry, with: payloads) != hash {
                return "\(file.item.place) arrived with another content"
            }
        }
        for (file, status) in zip(files, try await host.status(of: files.map(\.place))) {
            guard let bytes = file.bytes else { continue }
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
