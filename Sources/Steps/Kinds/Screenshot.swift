import Farm
import Journal
import PlaybookLanguage

/// Takes a picture of the screen.
struct Screenshot: PhoneStepKind {
    static let manual = StepManual(
        "screenshot", "Take a picture of the phone's screen.",
        details: """
            The picture is kept as a PNG file under `pulled/PHONE/screenshots/` in the run's folder. Without `to` the pictures \
            are numbered: `001.png`, `002.png`.
            """,
        scalar: "to",
        arguments: [
            .init("to", "text", standard: "the next number", "The picture's name; `.png` is added when it is missing.")
        ],
        outputs: [
            .init("file", "where the picture is on this machine"),
            .init("bytes", "the size of the picture", .integer),
        ],
        class: .read, timeout: .seconds(60),
        examples: ["screenshot:", "screenshot: main-menu", "screenshot: { to: \"after-login\" }"])

    private let to: Argument<String>?

    init(reading arguments: inout StepArguments) {
        to = arguments.optionalText("to", bare: true)
    }

    func summary(in scope: Scope?) -> String {
        "screenshot" + (to.map { " \($0.shown(in: scope))" } ?? "")
    }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "brings no files from phones",
            instead: "look at the screen in KooPhone's own client")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "a picture is always taken")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let name = try to?.optionalValue(in: context.scope)
        let place = try context.pullFolder.appending("screenshots").place(for: name, ending: ".png")
        switch try await ScreenCapture.take(on: phone, tag: context.tag) {
        case .refused(let reason):
            return .failed("refused", "take a picture of the screen", reason)
        case .picture(let bytes):
            try PulledFile.keep(bytes, as: place)
            var outcome = StepOutcome.ok(nil, ["file": .text(place.path), "bytes": .integer(bytes.count)])
            outcome.bytes = UInt64(bytes.count)
            return outcome
        }
    }
}
