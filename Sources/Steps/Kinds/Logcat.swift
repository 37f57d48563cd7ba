import Farm
import Journal
import Lanes
import PlaybookLanguage

/// Keeps the phone's log.
struct Logcat: PhoneStepKind {
    static let manual = StepManual(
        "logcat", "Keep the phone's log.",
        details: """
            As an ordinary step it saves what the log holds since the start of the step before this one. With \
            `background: true` it records from its own start until its block ends, also when a step of the block fails. The \
            file is kept under `pulled/PHONE/logs/` in the run's folder; of a longer log the end is kept. When the phone is \
            lost, what had come by then is kept.
            """,
        scalar: "to",
        arguments: [
            .init("to", "text", standard: "the next number", "The file's name; `.log` is added when it is missing."),
            .init(
                "since", "boot or step", standard: "step",
                "Where it begins: with all that the phone still has, or with the step before this one."),
            .init("buffers", "list", standard: "the phone's choice", "Buffers of the log, such as main, crash or all."),
            .init("filters", "list of tag:priority", standard: "all lines", "Only these lines, such as `Game:D`."),
            .init("max", "size", standard: "10MB", "The most that is kept."),
        ],
        outputs: [
            .init("file", "where the log is on this machine"),
            .init("bytes", "how many bytes were kept", .integer),
            .init("truncated", "whether more had come, and the beginning was let go of", .boolean),
        ],
        // A recording lasts as long as its block; saving a log that stands still is ended by the stall limit.
        class: .read, timeout: .seconds(43_200), mayRepeatAfterSent: true,
        examples: [
            "logcat:",
            "logcat: { to: session, filters: [\"Game:D\", \"*:E\"], max: 50MB }",
            "logcat: { since: boot, buffers: [main, system, crash] }",
        ])

    private let to: Argument<String>?
    private let since: Argument<String>?
    private let buffers: Argument<[String]>?
    private let filters: Argument<[String]>?
    private let most: Argument<ByteCount>?

    init(reading arguments: inout StepArguments) {
        to = arguments.optionalText("to", bare: true)
        since = arguments.optionalChoice("since", of: ["boot", "step"])
        buffers = arguments.optionalValue("buffers", .logBuffers)
        filters = arguments.optionalValue("filters", .logFilters)
        most = arguments.optionalSize("max")
        if let most, most.literal == .zero { arguments.mistake("`max` leaves nothing to keep", at: most.span) }
    }

    func summary(in scope: Scope?) -> String { "logcat" + (to.map { " \($0.shown(in: scope))" } ?? "") }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "brings no files from phones, and no log as it grows",
            instead: "read a few lines with `shell: logcat -d -t 5`")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "a log is always kept")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let scope = context.scope
        let recording = LogRecording(
            phone: phone, buffers: try buffers?.optionalValue(in: scope) ?? [],
            filters: try filters?.optionalValue(in: scope) ?? [])
        let fromBoot = try since?.optionalValue(in: scope) == "boot"
        let limit = try most?.optionalValue(in: scope)?.bytes ?? 10_000_000
        let name = try to?.optionalValue(in: scope)
        let place = try context.pullFolder.appending("logs").place(for: name, ending: ".log")
        let instant = context.ending == nil ? context.previousStart : phone.lane.now
        let start = fromBoot ? nil : try await LogWatch.start(at: instant, on: phone)
        let file = try CappedFile(at: place, limit: limit, redactor: context.redactor)
        do {
            if let ending = context.ending {
                try await recording.record(from: start, until: ending, into: file, progress: context.progress)
            } else {
                try await recording.save(since: start, into: file, progress: context.progress)
            }
        } catch {
            // What came before the phone was lost is worth the most; the loss itself is what has to be told.
            _ = try? file.keep()
            throw error
        }
        let kept = try file.keep()
        var outcome = StepOutcome.ok(
            nil,
            [
                "file": .text(place.path), "bytes": .integer(kept.bytes), "truncated": .boolean(kept.isTruncated),
            ])
        outcome.bytes = UInt64(kept.bytes)
        return outcome
    }
}
