import Farm
import Journal
import Lanes
import PlaybookLanguage
import Secrets

/// Runs a program of the studio's own inside the phone, for what only a program there can do.
struct Media: PhoneStepKind {
    static let manual = StepManual(
        "media", "Run a program of your own inside the phone: start, watch and stop it.",
        details: """
            The program, a native one for Android or a script of the phone's shell, is put into a folder of drover's own on the \
            phone, unless it is there already. With `background: true` it runs until its block ends, also when a step of the \
            block fails; the steps behind it begin when it is ready. Otherwise it runs for the time that `for` says, or until \
            it ends by itself with exit code 0. It is stopped by SIGTERM, and after `grace` by SIGKILL.

            A program that ends before it was told to has failed, and so has one that had to be killed, or that ends with an \
            exit code other than 0, or 143 for one that leaves SIGTERM to the system. What it prints is kept under \
            `pulled/PHONE/media/` in the run's folder (of a longer log the end), and with it the files of `keep`, whatever \
            became of the step. Over ADB it ends with the connection; over the service of a cloud phone a script on the phone \
            looks after it, and ends it when nobody has asked about it for 15 minutes.
            """,
        scalar: "program",
        arguments: [
            .init("program", "file", instead: "payload", "The program on this machine."),
            .init("payload", "name of a payload", instead: "program", "The program, by its name under `payloads:`."),
            .init("args", "text, or a list of them", standard: "none", "Its arguments, each of them one word."),
            .init("env", "mapping of names and texts", standard: "none", "Variables of its environment."),
            .init(
                "ready", "text", standard: "it has run for a second",
                "A text that stands in a line of its output once it is ready."),
            .init("ready-within", "duration", standard: "30s", "How long it may take to print `ready`."),
            .init(
                "for", "duration", standard: "to the end of its block, or to its own",
                "How long it runs once it is ready."),
            .init("grace", "duration", standard: "5s", "How long it may take to end when it is told to."),
            .init(
                "keep", "path on the phone, or a list of them", standard: "none",
                "Files and folders that are brought when it has ended; `*` and `?` may stand in names."),
            .init(
                "log", "text", standard: "the next number, and the program's name",
                "The log's name; `.log` is added when it is missing."),
            .init("max", "size", standard: "10MB", "The most of its log that is kept."),
        ],
        outputs: [
            .init("log", "where its log is on this machine"),
            .init("bytes", "how many bytes of its log were kept", .integer),
            .init("truncated", "whether more was printed, and the beginning was let go of", .boolean),
            .init("ran", "for how many seconds it ran", .integer),
            .init("files", "how many files were kept", .integer),
        ],
        // Like `shell`, it does what it is made for; like a log, it runs as long as its block.
        class: .change, timeout: .seconds(43_200), mayRepeatAfterSent: true,
        examples: [
            "media: { program: tools/audio-tap, for: 2m, keep: /data/local/tmp/capture.opus }",
            "media: { program: tools/audio-tap, args: [-r, \"48000\"], ready: capturing, log: audio }",
            "media: { payload: presets, env: { LD_LIBRARY_PATH: /vendor/lib64 }, grace: 10s }",
        ])

    private let source: LocalSource
    private let words: Argument<[String]>?
    private let environment: EnvironmentArgument
    private let ready: Argument<String>?
    private let readyWithin: Argument<Duration>?
    private let length: Argument<Duration>?
    private let grace: Argument<Duration>?
    private let keep: Argument<[RemotePath]>?
    private let log: Argument<String>?
    private let most: Argument<ByteCount>?

    init(reading arguments: inout StepArguments) {
        source = arguments.source("program", bare: true, takesPacked: false)
        words = arguments.optionalList("args")
        environment = EnvironmentArgument(reading: &arguments)
        ready = arguments.optionalText("ready")
        readyWithin = arguments.optionalDuration("ready-within")
        length = arguments.optionalDuration("for")
        grace = arguments.optionalDuration("grace")
        keep = arguments.optionalValue("keep", .remotePaths(on: "phone"))
        log = arguments.optionalText("log")
        most = arguments.optionalSize("max")
        if let ready, ready.literal == "" { arguments.mistake("`ready` is empty", at: ready.span) }
        if let readyWithin, ready == nil {
            arguments.contradiction(
                "`ready-within` belongs to `ready`", at: readyWithin.span, help: "add `ready: TEXT`")
        }
        if let length, length.literal == .zero { arguments.mistake("`for` leaves it no time", at: length.span) }
        if let most, most.literal == .zero { arguments.mistake("`max` leaves nothing to keep", at: most.span) }
    }

    func summary(in scope: Scope?) -> String {
        let time = length.map { " for \(shown($0, in: scope))" } ?? ""
        return "media \(source.shown(in: scope))\(time)"
    }

    private func shown(_ duration: Argument<Duration>, in scope: Scope?) -> String {
        duration.literal.map { durationText($0) } ?? duration.shown(in: scope)
    }

    var isAwaitedInBackground: Bool { true }

    /// What the program is given must not be cut short by the step's own limit.
    var timeout: Duration {
        let asked = (length?.literal ?? .zero) + (readyWithin?.literal ?? .zero) + (grace?.literal ?? .zero)
        return max(Self.manual.timeout, asked + .seconds(300))
    }

    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] {
        [try source.request(.program, in: scope)]
    }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "brings no files to phones, and so no program",
            instead: "put it into an app, and use `install` and `launch`")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        _ = try ProgramFile.shared(try source.files(in: context))
        return .work(because: "a program is always started")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let order = try order(in: context)
        let operation = "run \(try source.words(in: context.scope))"
        let placing = ProgramPlacing(order: order, operation: operation, context: context)
        let folder = try context.pullFolder.appending("media")
        let name = context.redactor.redacting(try log?.optionalValue(in: context.scope) ?? "")
        // Several may run at the same time.
        let place =
            try name.isEmpty ? folder.numbered("-\(order.file.name).log") : folder.place(for: name, ending: ".log")
        let limit = try most?.optionalValue(in: context.scope)?.bytes ?? 10_000_000
        let run = ProgramRun(
            order: order, operation: operation, context: context, place: place, limit: limit,
            keep: try keep?.optionalValue(in: context.scope) ?? [], folder: folder)
        guard let service = phone as? any BatchedPhone else {
            if let failure = try await placing.push(to: phone) { return StepOutcome(.failed(failure)) }
            return try await run.attached(to: phone)
        }
        guard service.takesAnyLine else {
            return .failed(
                "unsupported", operation, "the phone's service brings no files to phones, and so no program",
                advice: "put it into an app, and use `install` and `launch`")
        }
        if let failure = try await placing.deliver(to: service) { return StepOutcome(.failed(failure)) }
        return try await run.detached(on: service)
    }

    private func order(in context: StepContext) throws -> ProgramOrder {
        let scope = context.scope
        let files = try source.files(in: context)
        return ProgramOrder(
            file: try ProgramFile.shared(files), files: files, words: try words?.optionalValue(in: scope) ?? [],
            environment: try environment.prefix(in: scope), ready: try ready?.optionalValue(in: scope),
            readyWithin: try readyWithin?.optionalValue(in: scope) ?? .seconds(30),
            length: try length?.optionalValue(in: scope),
            grace: try grace?.optionalValue(in: scope) ?? .seconds(5))
    }
}
