import Farm
import Journal
import Lanes

/// Brings what a program has left on a phone into the run's folder.
struct ProgramFiles {
    /// How many files came, and why others did not.
    struct Brought: Sendable {
        var files = 0
        var bytes: UInt64 = 0
        var failure: StepFailure?
    }

    let operation: String
    let context: StepContext
    /// Where they go.
    let place: ContainedPath

    /// Brings what is there, one after the other: what one lacks takes nothing from the others.
    ///
    /// - Parameter target: The phone, or a copy of its files.
    func bring(_ paths: [RemotePath], from target: any ConnectedTarget) async throws -> Brought {
        var brought = Brought()
        for path in paths {
            let notes = PullNotes(redactor: context.redactor)
            let rule = PulledNames(redactor: context.redactor, areForAnySystem: false)
            let sources = PullSources(sources: [path], operation: operation, phone: target)
            switch try await sources.find(rule: rule, isPlace: false, notes: notes) {
            case .failed(let failure): brought.failure = brought.failure ?? failure
            case .found(let items):
                let collection = PullCollection(
                    operation: operation, phone: target, progress: context.progress, notes: notes)
                let outcome = try await collection.tree(items, rule: rule, at: place, contents: context.pulled)
                brought.failure = brought.failure ?? outcome.failure
                brought.files += notes.counts.files
                brought.bytes += notes.counts.bytes
            }
        }
        return brought
    }
}
