import Archive
import Farm
import Glibc
import Journal

extension PullCollection {
    /// Brings everything into a tree of files.
    func tree(
        _ found: [PullItem], rule: PulledNames, at place: ContainedPath, contents: PulledContents
    ) async throws -> StepOutcome {
        // A place that cannot be written is found out before anything is asked for.
        try PulledFile.makeFolders(down: place.parent)
        let tree = PulledTree(place: place, contents: contents, notes: notes)
        let failure = try await collect(found, rule: rule, into: tree)
        return outcome(
            failure, at: place,
            [
                "kept_once": .integer(notes.counts.keptOnce),
                "saved_bytes": .integer(Int(clamping: notes.counts.savedBytes)),
            ])
    }

    /// Brings everything into one archive, which has its name when all is in it.
    func archive(
        _ found: [PullItem], rule: PulledNames, at place: ContainedPath, format: ArchiveFormat
    ) async throws -> StepOutcome {
        try PulledFile.makeFolders(down: place.parent)
        let queue = try ArchiveQueue(place.path, format: format)
        let failure: StepFailure?
        let result: ArchiveQueue.Result
        do {
            failure = try await collect(found, rule: rule, into: PulledArchive(queue: queue, notes: notes))
            result = try await queue.finish()
        } catch let error as PromisedMore {
            queue.drop()
            return .failed(
                "changed", operation,
                "\(PhoneWords(error.path).firstLine): the phone told of \(error.size) bytes and sent \(error.came)",
                advice: "pull again when nothing writes there, or without `pack`")
        } catch {
            queue.drop()
            throw error
        }
        let page = place.path + ".notes.json"
        if let text = notes.page {
            try PulledFile.keep(
                Array(text.utf8), as: place.parent.appending((place.components.last ?? "") + ".notes.json"))
        } else {
            // Of an attempt before this one.
            unlink(page)
        }
        return outcome(
            failure, at: place,
            [
                "archive_bytes": .integer(Int(clamping: result.bytes)), "archive_hash": .text(result.sha256),
                "cut": .integer(notes.counts.cut),
            ])
    }

    private func outcome(
        _ failure: StepFailure?, at place: ContainedPath, _ more: [String: OutputValue]
    ) -> StepOutcome {
        let counts = notes.counts
        let common: [String: OutputValue] = [
            "files": .integer(counts.files), "bytes": .integer(Int(clamping: counts.bytes)), "path": .text(place.path),
            "passed_over": .integer(counts.passedOver), "renamed": .integer(counts.renamed),
        ]
        var outcome = StepOutcome(
            failure.map { .failed($0) } ?? .ok, outputs: StepOutputs(values: common.merging(more) { $1 }))
        outcome.bytes = counts.bytes
        return outcome
    }
}
