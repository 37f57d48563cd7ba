import Secrets
import Farm
import Journal
import PlaybookLanguage

/// Brings a file or a folder from the phone into the run's folder.
struct Pull: StepKind {
    static let manual = StepManual(
        "pull", "Pull a file or a folder into the run's folder.",
        details: """
            What comes is kept under `pulled/PHONE/` in the run's folder. Links inside a folder are followed when they lead \
            to a file, and passed over otherwise. Whatever a phone calls its files, none leaves that folder.
            """,
        scalar: "from",
        arguments: [
            .init("from", "path on the phone", "What is pulled."),
            .init("to", "relative path", standard: "the last name of `from`", "Its name below the phone's folder."),
        ],
        outputs: [
            .init("files", "how many files came", .integer),
            .init("bytes", "how many bytes came", .integer),
            .init("path", "where they are on this machine"),
        ],
        class: .read, load: .bulk, timeout: .seconds(1800), stall: .seconds(60),
        examples: [
            "pull: /sdcard/Android/data/com.studio.game/files/log.txt",
            "pull: { from: /sdcard/DCIM/, to: pictures }",
        ])

    private let from: Argument<RemotePath>
    private let to: Argument<String>?

    init(reading arguments: inout StepArguments) {
        from = arguments.remotePath("from", bare: true)
        to = arguments.optionalText("to")
    }

    init(from source: RemotePath, to name: String?) {
        from = Argument(source)
        to = name.map { Argument($0) }
    }

    func summary(in scope: Scope?) -> String { "pull \(from.shown(in: scope))" }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "files are always pulled")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let source = try from.value(in: context.scope)
        let name = try to?.optionalValue(in: context.scope) ?? source.lastComponent
        let kept = context.redactor.redacting(name.isEmpty ? "root" : name)
        let place = try context.pullFolder.appending(kept)
        var collection = PullCollection(
            operation: "pull \(source)", phone: phone, progress: context.progress, redactor: context.redactor)
        let failure = try await collection.collect(source, into: place)
        var outputs = StepOutputs(values: [
            "files": .integer(collection.files),
            "bytes": .integer(Int(clamping: collection.bytes)),
            "path": .text(place.path),
        ])
        if collection.passedOver > 0 { outputs.values["passed_over"] = .integer(collection.passedOver) }
        var outcome = StepOutcome(failure.map { .failed($0) } ?? .ok, outputs: outputs)
        outcome.bytes = collection.bytes
        return outcome
    }
}
