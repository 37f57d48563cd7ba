import Farm
import Journal
import Lanes

/// Brings everything that one pull has found to where it belongs.
struct PullCollection {
    /// Files that are asked for in one go.
    private static let batch = 256

    let operation: String
    let phone: any ConnectedTarget
    let progress: ProgressMeter
    let notes: PullNotes

    /// Brings what was found; the failure says what could not be had, when all the rest is there.
    ///
    /// - Throws: ``PhoneError``, and what the destination throws.
    func collect(
        _ tops: [PullItem], rule: PulledNames, into destination: any PullDestination
    ) async throws -> StepFailure? {
        var walk = PullWalk(tops, on: phone, rule: rule, notes: notes)
        while true {
            let items: [PullItem]
            do {
                items = try await walk.next(Self.batch)
            } catch is PullWalk.TooLarge {
                return StepFailure(
                    code: "too-large", operation: operation,
                    reason: """
                        the folder has more than \(PullWalk.mostEntries) entries, or more than \(PullWalk.deepest) levels
                        """)
            }
            guard !items.isEmpty else { return refusal }
            var files: [FileToPull] = []
            var folders: [PullItem] = []
            for item in items {
                if item.file.kind == .folder {
                    folders.append(item)
                } else {
                    files.append(FileToPull(path: item.source, sink: try destination.sink(for: item, behind: folders)))
                    folders = []
                }
            }
            if !files.isEmpty { try await phone.pull(files, progress: progress) }
            for folder in folders { try destination.folder(folder) }
        }
    }

    private var refusal: StepFailure? {
        guard let first = notes.firstRefusal else { return nil }
        let more = notes.counts.refused - 1
        let others = more == 0 ? "" : ", and \(more) more \(more == 1 ? "file" : "files"); all others came"
        return StepFailure(code: "refused", operation: operation, reason: "\(first.path): \(first.why)\(others)")
    }
}
