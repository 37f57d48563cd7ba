import Farm
import Journal
import Lanes
import PlaybookLanguage
import SourceText

/// Puts a file, or the contents of a folder, on the phone, unless they are there already.
struct Push: StepKind {
    static let manual = StepManual(
        "push", "Push a file or the contents of a folder, unless they are there already.",
        details: """
            A file goes to `to`, or into it when `to` ends with a slash; of a folder the contents go into `to`. What has the \
            same type, size and time, or the same size and content, counts as there. Many small files travel as one archive that the \
            phone unpacks, and of files over 64 MiB only the blocks that differ. Everything has a temporary name until its hash is \
            right on the phone; what an interrupted push has brought is not sent again.
            """,
        arguments: [
            .init("from", "file or directory", instead: "payload", "What is pushed."),
            .init("payload", "name of a payload", instead: "from", "What is pushed, by its name under `payloads:`."),
            .init("to", "path on the phone", "Where it goes; with a slash at its end: into that folder."),
            .init("force", "true or false", standard: "false", "Push also what seems to be there."),
        ],
        outputs: [
            .init("files", "how many files were sent", .integer),
            .init("bytes", "how many bytes were sent", .integer),
            .init("same", "how many were there already", .integer),
        ],
        class: .change, load: .bulk, timeout: .seconds(1800), stall: .seconds(60),
        examples: [
            "push: { from: assets/, to: /sdcard/Android/obb/com.studio.game/ }",
            "push: { from: \"${{ inputs.config }}\", to: /data/local/tmp/config.json }",
            "push: { payload: assets, to: /sdcard/Android/obb/com.studio.game/ }",
        ])

    private let source: LocalSource
    private let to: Argument<RemotePath>
    private let force: Argument<Bool>

    init(reading arguments: inout StepArguments) {
        source = arguments.source("from")
        to = arguments.remotePath("to")
        force = arguments.flag("force")
    }

    init(from source: String, to destination: RemotePath, force: Bool) {
        self.source = .path(Argument(source, at: .whole(source, named: "FROM")))
        to = Argument(destination)
        self.force = Argument(force)
    }

    func summary(in scope: Scope?) -> String { "push \(source.shown(in: scope)) to \(to.shown(in: scope))" }

    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] {
        [try source.request(.files, in: scope)]
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let comparison = try await compare(on: phone, context: context)
        context.notes.leave(comparison)
        if let conflict = comparison.conflicts.first { return .work(because: conflict) }
        guard !comparison.isComplete else {
            return .nothing(because: comparison.same == 1 ? "it is there" : "all \(comparison.same) files are there")
        }
        let due = comparison.dueCount
        context.progress.foresee(UInt64(clamping: comparison.dueBytes))
        let ways = (comparison.choice?.notes ?? []).map { "; \($0)" }.joined()
        return .work(
            because: "\(due) of \(due + comparison.same) files to push, "
                + "\(ByteCount(clamping: comparison.dueBytes))\(ways)")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        var comparison = context.notes.take(PushComparison.self)
        if comparison == nil { comparison = try await compare(on: phone, context: context) }
        guard let comparison else { throw CancellationError() }
        let source = try source.words(in: context.scope)
        let destination = try to.value(in: context.scope)
        let delivery = PushDelivery(
            comparison: comparison, operation: "push \(source) to \(destination)", tag: context.tag, phone: phone,
            payloads: context.payloads, progress: context.progress)
        let failure = try await delivery.run()
        let sent = comparison.dueCount
        let outputs = StepOutputs(values: [
            "files": .integer(failure == nil ? sent : 0),
            "bytes": .integer(failure == nil ? Int(clamping: comparison.dueBytes) : 0),
            "same": .integer(comparison.same),
        ])
        if let failure { return StepOutcome(.failed(failure), outputs: outputs) }
        var outcome = StepOutcome(comparison.isComplete ? .ok : .changed, outputs: outputs)
        outcome.bytes = comparison.dueBytes
        return outcome
    }

    private func compare(on phone: any ConnectedPhone, context: StepContext) async throws -> PushComparison {
        let files = try source.files(in: context)
        return try await PushComparison.look(
            for: files, to: try to.value(in: context.scope), force: try force.value(in: context.scope),
            with: context.payloads, on: phone)
    }
}
