import Farm
import Journal
import Lanes

/// One run of a program on one phone, with what is kept of it.
struct ProgramRun {
    let order: ProgramOrder
    let operation: String
    let context: StepContext
    /// Where its log goes.
    let place: ContainedPath
    /// The most bytes of the log that are kept.
    let limit: Int
    /// What it leaves on the phone.
    let keep: [RemotePath]
    /// Where that goes.
    let folder: ContainedPath

    private var files: ProgramFiles { ProgramFiles(operation: operation, context: context, place: folder) }

    /// Runs it on a phone that drover is connected to.
    func attached(to phone: any ConnectedPhone) async throws -> StepOutcome {
        try await whileBlockLasts(on: phone.lane) { try await attached(to: phone, until: $0) }
    }

    /// Runs it on a phone that is asked for through a service.
    func detached(on phone: any BatchedPhone) async throws -> StepOutcome {
        try await whileBlockLasts(on: phone.lane) { try await detached(on: phone, until: $0) }
    }

    /// Listens for the end of the block to the very end: a step that does not would be cancelled then, and what its program
    /// has left, or why it died, would be lost.
    private func whileBlockLasts(
        on lane: Lane, _ body: (BlockEnding?) async throws -> StepOutcome
    ) async throws -> StepOutcome {
        guard let ending = context.ending else { return try await body(nil) }
        let heard = BlockEnding()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask(executorPreference: lane) {
                try await ending.reached()
                heard.finish()
            }
            return try await body(heard)
        }
    }

    private func attached(to phone: any ConnectedPhone, until ending: BlockEnding?) async throws -> StepOutcome {
        let log = try CappedFile(at: place, limit: limit, redactor: context.redactor)
        let end: ProgramEnd
        do {
            end = try await AttachedProgram(
                order: order, phone: phone, context: context, ending: ending, log: log
            ).run()
        } catch {
            // What came before the phone was lost is worth the most; the loss itself is what has to be told.
            if let kept = try? log.keep() { context.soFar.keep(outputs(kept)) }
            throw error
        }
        let kept = try log.keep()
        return outcome(end, kept, try await files.bring(keep, from: phone))
    }

    private func detached(on phone: any BatchedPhone, until ending: BlockEnding?) async throws -> StepOutcome {
        let control = ProgramControl(order)
        let end = try await DetachedProgram(
            order: order, phone: phone, context: context, ending: ending, control: control
        ).run()
        let path = try RemotePath(validating: control.log)
        let log = try CappedFile(at: place, limit: limit, redactor: context.redactor)
        var brought = ProgramFiles.Brought()
        if let copy = try await phone.copy(of: [path] + keep, progress: context.progress) {
            _ = try await copy.pull(path, into: CappedSink(file: log), progress: context.progress)
            brought = try await files.bring(keep, from: copy)
        } else if let first = keep.first {
            brought.failure = StepFailure(
                code: "no-such-file", operation: operation, reason: "there is no \(first) on the phone")
        }
        let kept = try log.keep()
        _ = try await phone.run(control.line(.clean))
        return outcome(end, kept, brought)
    }

    private func outputs(_ kept: CappedFile.Kept) -> StepOutputs {
        StepOutputs(values: [
            "log": .text(place.path), "bytes": .integer(kept.bytes), "truncated": .boolean(kept.isTruncated),
        ])
    }

    private func outcome(_ end: ProgramEnd, _ kept: CappedFile.Kept, _ brought: ProgramFiles.Brought) -> StepOutcome {
        var outputs = outputs(kept)
        outputs.values["ran"] = .integer(Int(end.ran.components.seconds))
        outputs.values["files"] = .integer(brought.files)
        outputs.exit = end.exit
        // Told by the shell over ADB, and by the script on the phone otherwise.
        outputs.exitSource = end.exit == nil ? .absent : .protocolPacket
        let mayEndAlone = context.ending == nil && order.length == nil
        let failure = end.failure(of: operation, order, mayEndAlone: mayEndAlone) ?? brought.failure
        var outcome = StepOutcome(failure.map { .failed($0) } ?? .changed, outputs: outputs)
        outcome.bytes = UInt64(clamping: kept.bytes) + brought.bytes
        return outcome
    }
}
