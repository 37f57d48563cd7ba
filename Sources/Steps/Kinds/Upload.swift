import Farm
import Journal
import Lanes
import PlaybookLanguage

/// Puts a file, or the contents of a folder, on an encoder, unless it is there already.
struct Upload: HostStepKind {
    static let manual = StepManual(
        "upload", "Put a file, or the contents of a folder, on the encoder, unless it is there already.",
        details: """
            The contents of a folder go into `to`; a file goes to `to`, or into it when `to` ends in a slash. A file is the \
            same when size and time are, or its SHA-256. Everything travels under temporary names and is renamed when all is \
            there, so that nobody sees half a file; what an interrupted upload has brought is not sent again, but compared \
            by hash. Times and modes are those of this machine, unless `mode` says otherwise. Nothing is removed.
            """,
        targets: [.encoders],
        arguments: [
            .init("from", "file or directory", instead: "payload", "What is uploaded."),
            .init("payload", "name of a payload", instead: "from", "What is uploaded, by its name under `payloads:`."),
            .init("to", "path on the encoder", "Where it goes; with a slash at its end: into that folder."),
            .init("mode", "permission bits", standard: "those here", "The mode of every file: `\"0755\"`."),
            .init("force", "true or false", standard: "false", "Upload also what seems to be there."),
        ],
        outputs: [
            .init("files", "how many files were sent", .integer),
            .init("bytes", "how many bytes were sent", .integer),
            .init("same", "how many were there already", .integer),
        ],
        class: .change, load: .bulk, timeout: .seconds(1800), stall: .seconds(60),
        examples: [
            "upload: { from: builds/encoder, to: /opt/encoder/bin/encoder, mode: \"0755\" }",
            "upload: { payload: presets, to: /etc/encoder/presets/ }",
        ])

    private let source: LocalSource
    private let to: Argument<RemotePath>
    private let mode: Argument<UInt32>?
    private let force: Argument<Bool>

    init(reading arguments: inout StepArguments) {
        source = arguments.source("from")
        to = arguments.value("to", .hostPath)
        mode = arguments.optionalValue("mode", .fileMode)
        force = arguments.flag("force")
    }

    func summary(in scope: Scope?) -> String { "upload \(source.shown(in: scope)) to \(to.shown(in: scope))" }

    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] { [try source.request(.files, in: scope)] }

    func need(on host: any ConnectedHost, context: StepContext) async throws -> Need {
        let comparison = try await look(on: host, context: context)
        context.notes.leave(comparison)
        if let conflict = comparison.conflict { return .work(because: conflict) }
        guard comparison.due.isEmpty else {
            context.progress.foresee(comparison.bytes)
            return .work(
                because: "\(comparison.dueFiles) of \(comparison.dueFiles + comparison.same) files to upload, "
                    + "\(ByteCount(clamping: comparison.bytes))")
        }
        guard comparison.modesDue.isEmpty else {
            return .work(because: "\(comparison.modesDue.count) of \(comparison.same) files have another mode")
        }
        return .nothing(because: comparison.same == 1 ? "it is there" : "all \(comparison.same) files are there")
    }

    func perform(on host: any ConnectedHost, context: StepContext) async throws -> StepOutcome {
        var noted = context.notes.take(HostComparison.self)
        if noted == nil { noted = try await look(on: host, context: context) }
        guard let comparison = noted else { throw CancellationError() }
        let operation = "upload \(try source.words(in: context.scope)) to \(try to.value(in: context.scope))"
        var outputs = StepOutputs(values: [
            "files": .integer(0), "bytes": .integer(0), "same": .integer(comparison.same),
        ])
        let delivery = HostDelivery(
            comparison: comparison, operation: operation, mode: try mode?.optionalValue(in: context.scope),
            tag: context.tag, host: host, payloads: context.payloads, progress: context.progress)
        if let failure = try await delivery.run() { return StepOutcome(.failed(failure), outputs: outputs) }
        outputs.values["files"] = .integer(comparison.dueFiles)
        outputs.values["bytes"] = .integer(Int(clamping: comparison.bytes))
        let isChanged = !comparison.due.isEmpty || !comparison.modesDue.isEmpty
        var outcome = StepOutcome(isChanged ? .changed : .ok, outputs: outputs)
        outcome.bytes = comparison.bytes
        return outcome
    }

    private func look(on host: any ConnectedHost, context: StepContext) async throws -> HostComparison {
        try await HostComparison.look(
            for: try source.files(in: context), to: try to.value(in: context.scope),
            mode: try mode?.optionalValue(in: context.scope), force: try force.value(in: context.scope),
            with: context.payloads, on: host)
    }
}
