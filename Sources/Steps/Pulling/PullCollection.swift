import Farm
import Journal
import Lanes
import Packing

/// Brings everything that one pull has found to where it belongs.
struct PullCollection {
    /// Files that are asked for in one go.
    private static let batch = 256

    let operation: String
    let phone: any ConnectedTarget
    let progress: ProgressMeter
    let notes: PullNotes
    /// What is meant of what lies below that which was named; everything by default.
    var chosen = ChosenFiles(include: IgnoreRules(), exclude: IgnoreRules())

    /// Brings what was found; the failure says what could not be had, when all the rest is there.
    ///
    /// - Throws: ``PhoneError``, and what the destination throws.
    func collect(
        _ tops: [PullItem], rule: PulledNames, into destination: any PullDestination
    ) async throws -> StepFailure? {
        var walk = PullWalk(tops, on: phone, rule: rule, chosen: chosen, notes: notes)
        var folders: [PullItem] = []
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
            for item in items {
                // What waits for something in it, and did not get it.
                folders.removeAll { !$0.isMeant && !item.names.starts(with: $0.names) }
                if item.file.kind == .folder {
                    // What is left are the folders that it lies in.
                    if item.isMeant { for index in folders.indices { folders[index].isMeant = true } }
                    folders.append(item)
                } else {
                    files.append(FileToPull(path: item.source, sink: try destination.sink(for: item, behind: folders)))
                    folders = []
                }
            }
            if !files.isEmpty { try await phone.pull(files, progress: progress) }
            guard let last = folders.lastIndex(where: \.isMeant) else { continue }
            for folder in folders[...last] { try destination.folder(folder) }
            folders.removeSubrange(...last)
        }
    }

    private var refusal: StepFailure? {
        guard let first = notes.firstRefusal else { return nil }
        let more = notes.counts.refused - 1
        let others = more == 0 ? "" : ", and \(more) more \(more == 1 ? "file" : "files"); all others came"
        return StepFailure(code: "refused", operation: operation, reason: "\(first.path): \(first.why)\(others)")
    }
}
