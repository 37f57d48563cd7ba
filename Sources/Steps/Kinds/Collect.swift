import Farm
import Journal
import Lanes
import Secrets
import PlaybookLanguage

/// Collects what tells of a failure.
struct Collect: PhoneStepKind {
    static let manual = StepManual(
        "collect", "Collect what tells of a failure: screen, log, crash dumps.",
        details: """
            Meant for `on-failure`. Everything is kept under `pulled/PHONE/collected/` in the run's folder, with a \
            `manifest.json` that names each file, and for what could not be had the reason. One thing that cannot be had does \
            not stop the others. Log, tombstones and ANR traces are those from the start of the failed step on; of a long log \
            the end is kept.

            `tombstones` are dumps of crashed processes, `anr` traces of apps that stopped answering. Many phones show them \
            to nobody; a `bugreport` has them, and takes minutes.
            """,
        scalar: "what",
        arguments: [
            .init("what", "list of screenshot, logcat, tombstones, anr, bugreport", "What is collected."),
            .init("max", "size", standard: "50MB", "The most that is kept of all of it together."),
            .init("to", "text", standard: "the next number", "The name of the folder."),
        ],
        outputs: [
            .init("path", "the folder on this machine"),
            .init("files", "how many files were had", .integer),
            .init("bytes", "how many bytes they have", .integer),
            .init("missing", "what could not be had, with the reasons; empty when all was had"),
        ],
        class: .read, load: .bulk, timeout: .seconds(900), stall: .seconds(480),
        examples: [
            "collect: [screenshot, logcat, tombstones, anr]",
            "collect: { what: [logcat, bugreport], max: 200MB }",
        ])

    private let what: Argument<[String]>
    private let most: Argument<ByteCount>?
    private let to: Argument<String>?

    init(reading arguments: inout StepArguments) {
        what = arguments.value("what", .words(CollectedThing.allCases.map(\.rawValue)), bare: true)
        most = arguments.optionalSize("max")
        to = arguments.optionalText("to")
    }

    func summary(in scope: Scope?) -> String {
        "collect \(what.literal?.joined(separator: ", ") ?? what.sourceText)"
    }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "brings no files from phones",
            instead: "look at the screen in KooPhone's own client, and read a few lines with `shell: logcat -d -t 5`")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "what tells of a failure is always collected")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let scope = context.scope
        let wanted = Set(try what.value(in: scope))
        let name = try to?.optionalValue(in: scope)
        let folder = try context.pullFolder.appending("collected").place(for: name, ending: "")
        try PulledFile.makeFolders(down: folder)
        var files: [CollectedFile] = []
        var left = try most?.optionalValue(in: scope)?.bytes ?? 50_000_000
        let collection = Collection(
            phone: phone, folder: folder, tag: context.tag,
            start: try await LogWatch.start(at: context.failedSince ?? context.previousStart, on: phone),
            progress: context.progress, redactor: context.redactor)
        // Always in this order: what changes soonest first, what takes longest last.
        for thing in CollectedThing.allCases where wanted.contains(thing.rawValue) {
            do {
                let found = try await collection.collect(thing, room: left)
                left -= found.reduce(0) { $0 + $1.bytes }
                files += found
            } catch {
                let why = (error as? PhoneError)?.description ?? "the step was ended"
                files.append(.missing(thing, PhoneWords(why).firstLine))
                try keep(files, in: folder, context)
                throw error
            }
        }
        try keep(files, in: folder, context)
        return outcome(files, in: folder)
    }

    private func keep(_ files: [CollectedFile], in folder: ContainedPath, _ context: StepContext) throws {
        try PulledFile.keep(
            Array(context.redactor.redacting(CollectionManifest(files: files).text).utf8),
            as: try folder.appending("manifest.json"))
    }

    private func outcome(_ files: [CollectedFile], in folder: ContainedPath) -> StepOutcome {
        let had = files.filter { $0.path != nil }
        let bytes = had.reduce(0) { $0 + $1.bytes }
        let losses = files.filter { $0.missing != nil && !$0.isNoLoss }
        let missing = losses.map { "\($0.what.rawValue): \($0.missing ?? "")" }.joined(separator: "; ")
        let values: [String: OutputValue] = [
            "path": .text(folder.path), "files": .integer(had.count), "bytes": .integer(bytes),
            "missing": .text(missing),
        ]
        guard !had.isEmpty || losses.isEmpty else {
            return .failed(
                "nothing", "collect what tells of a failure", missing, outputs: StepOutputs(values: values))
        }
        var outcome = StepOutcome.ok(missing.isEmpty ? nil : "not had: \(missing)", values)
        outcome.bytes = UInt64(bytes)
        return outcome
    }
}
