import Farm
import Journal
import Lanes
import PlaybookLanguage
import SourceText

/// Puts a file, or the contents of a folder, on the phone, unless they are there already.
struct Push: PhoneStepKind {
    static let manual = StepManual(
        "push", "Push a file or the contents of a folder, unless they are there already.",
        details: """
            A file goes to `to`, or into it when `to` ends with a slash; of a folder the contents go into `to`. What has the \
            same type, size and time, or the same size and content, counts as there. Many small files travel as one archive that the \
            phone unpacks, and of files over 64 MiB only the blocks that differ. Everything has a temporary name until its hash is \
            right on the phone; what an interrupted push has brought is not sent again. With `delete`, what is in the folder and \
            not in `from` is removed when everything else has arrived, and a folder where a file is due, or a file where a folder \
            is due, is replaced: only in a folder that such a push has made, or that `owns` names as the playbook's own, never near \
            the root of a storage, and nothing that `exclude` of a payload speaks of.
            """,
        arguments: [
            .init("from", "file or directory", instead: "payload", "What is pushed."),
            .init("payload", "name of a payload", instead: "from", "What is pushed, by its name under `payloads:`."),
            .init("to", "path on the phone", "Where it goes; with a slash at its end: into that folder."),
            .init("force", "true or false", standard: "false", "Push also what seems to be there."),
            .init(
                "delete", "true or false", standard: "false",
                "Remove what is in the folder on the phone and not in the one here; of class data-loss."),
            .init(
                "owns", "true or false", standard: "false",
                "Let `delete` remove things in a folder that was there before; it is marked, and known from then on."),
        ],
        outputs: [
            .init("files", "how many files were sent", .integer),
            .init("bytes", "how many bytes were sent", .integer),
            .init("same", "how many were there already", .integer),
            .init("removed", "how many files and folders were removed", .integer),
        ],
        class: .change, load: .bulk, timeout: .seconds(1800), stall: .seconds(60),
        examples: [
            "push: { from: assets/, to: /sdcard/Android/obb/com.studio.game/ }",
            "push: { from: \"${{ inputs.config }}\", to: /data/local/tmp/config.json }",
            "push: { payload: assets, to: /sdcard/Android/obb/com.studio.game/ }",
            "push: { from: assets/, to: /sdcard/Android/data/com.studio.game/files/assets/, delete: true }",
        ])

    private let source: LocalSource
    private let to: Argument<RemotePath>
    private let force: Argument<Bool>
    private let delete: Argument<Bool>
    private let owns: Argument<Bool>

    init(reading arguments: inout StepArguments) {
        source = arguments.source("from")
        to = arguments.remotePath("to")
        force = arguments.flag("force")
        delete = arguments.flag("delete")
        owns = arguments.flag("owns")
        if owns.literal == true, delete.literal == false {
            arguments.contradiction(
                "`owns` says nothing without `delete`", at: owns.span,
                help: "write `delete: true` beside it, or leave it out")
        }
        guard delete.literal == true else { return }
        arguments.needsFolder(source, for: "delete")
        if let place = to.literal, let why = DeletionGround.refusal(of: place) {
            arguments.unsafeDelete(
                "nothing is removed there: \(place.path) \(why)", at: to.span,
                help: "deliver to a folder that holds nothing else, such as "
                    + "/sdcard/Android/data/com.studio.game/files/assets/, or leave `delete` out")
        }
    }

    init(from source: String, to destination: RemotePath, force: Bool, delete: Bool, owns: Bool) {
        self.source = .path(Argument(source, at: .whole(source, named: "FROM")))
        to = Argument(destination)
        self.force = Argument(force)
        self.delete = Argument(delete)
        self.owns = Argument(owns)
    }

    func summary(in scope: Scope?) -> String { "push \(source.shown(in: scope)) to \(to.shown(in: scope))" }

    var purgedFolder: PurgedFolder? {
        guard delete.literal == true, let path = to.literal else { return nil }
        return PurgedFolder(path: path, span: to.span)
    }

    /// What a folder holds beside what is delivered is somebody's data.
    var stepClass: StepClass { delete.literal == false ? .change : .dataLoss }

    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] {
        // Whether anything is removed may depend on the phone; `perform` finds a single file then.
        [try source.request(delete.literal == true ? .tree : .files, in: scope)]
    }

    /// What the phone has, and what is to be removed from it.
    private struct Look: Sendable {
        let comparison: PushComparison
        /// nil when nothing is to be removed, whatever is there.
        let deletion: Result<Deletion, DeletionRefusal>?
    }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "brings no files to phones",
            instead: "put the files into the app, or have a line of `shell` download them")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        if let phone = phone as? any BatchedPhone {
            return try await PushOverService(
                source, to: to, force: force, delete: delete, context, of: summary(in: context.scope)
            ).need(on: phone)
        }
        let look = try await look(on: phone, context: context)
        context.notes.leave(look)
        let comparison = look.comparison
        var removal: String?
        switch look.deletion {
        case .failure(let refusal): return .work(because: refusal.reason)
        case .success(let deletion): removal = deletion.isDue ? deletion.words : nil
        case nil: break
        }
        if let conflict = comparison.conflicts.first { return .work(because: conflict.words) }
        guard !comparison.isComplete else {
            let there = comparison.same == 1 ? "it is there" : "all \(comparison.same) files are there"
            return removal.map { .work(because: $0) } ?? .nothing(because: there)
        }
        let due = comparison.dueCount
        context.progress.foresee(UInt64(clamping: comparison.dueBytes))
        let ways = ((comparison.choice?.notes ?? []) + [removal].compactMap(\.self)).map { "; \($0)" }.joined()
        return .work(
            because: "\(due) of \(due + comparison.same) files to push, "
                + "\(ByteCount(clamping: comparison.dueBytes))\(ways)")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        if let phone = phone as? any BatchedPhone {
            return try await PushOverService(
                source, to: to, force: force, delete: delete, context, of: summary(in: context.scope)
            ).perform(on: phone)
        }
        var noted = context.notes.take(Look.self)
        if noted == nil { noted = try await look(on: phone, context: context) }
        guard let noted else { throw CancellationError() }
        let comparison = noted.comparison
        let operation = "push \(try source.words(in: context.scope)) to \(try to.value(in: context.scope))"
        var outputs = StepOutputs(values: [
            "files": .integer(0), "bytes": .integer(0), "same": .integer(comparison.same),
        ])
        outputs.values["removed"] = .integer(0)
        var deletion: Deletion?
        if let found = noted.deletion {
            do throws(DeletionRefusal) {
                deletion = try found.get()
            } catch {
                return StepOutcome(.failed(error.failure(of: operation)), outputs: outputs)
            }
        }
        var delivery = PushDelivery(
            comparison: comparison, operation: operation, tag: context.tag, phone: phone, payloads: context.payloads,
            progress: context.progress, deletion: deletion)
        var isChanged = !comparison.isComplete
        do {
            if let failure = try await delivery.run() {
                outputs.values["removed"] = .integer(delivery.cleared)
                return StepOutcome(.failed(failure), outputs: outputs)
            }
            outputs.values["files"] = .integer(comparison.dueCount)
            outputs.values["bytes"] = .integer(Int(clamping: comparison.dueBytes))
            if let deletion, deletion.isDue || isChanged {
                outputs.values["removed"] = .integer(delivery.cleared + (try await deletion.run(on: phone)))
                isChanged = isChanged || deletion.isDue
            }
        } catch let refusal as DeletionRefusal {
            outputs.values["removed"] = .integer(delivery.cleared + refusal.removed)
            return StepOutcome(.failed(refusal.failure(of: operation)), outputs: outputs)
        }
        var outcome = StepOutcome(isChanged ? .changed : .ok, outputs: outputs)
        outcome.bytes = comparison.dueBytes
        return outcome
    }

    private func look(on phone: any ConnectedPhone, context: StepContext) async throws -> Look {
        let files = try source.files(in: context)
        let isForced = try force.value(in: context.scope)
        var comparison = try await PushComparison.states(
            of: files, at: try to.value(in: context.scope), force: isForced, on: phone)
        // Above the folder nothing is replaced.
        guard try delete.value(in: context.scope), comparison.conflicts.allSatisfy({ $0.number != nil }) else {
            try await comparison.choose(force: isForced, with: context.payloads, on: phone)
            return Look(comparison: comparison, deletion: nil)
        }
        do {
            let deletion = try await Deletion.look(
                for: files, beside: comparison, owns: try owns.value(in: context.scope), on: phone)
            comparison.replace(deletion.obstacles)
            try await comparison.choose(force: isForced, with: context.payloads, on: phone)
            return Look(comparison: comparison, deletion: .success(deletion))
        } catch let refusal as DeletionRefusal {
            return Look(comparison: comparison, deletion: .failure(refusal))
        }
    }
}
