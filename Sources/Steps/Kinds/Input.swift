import Farm
import Journal
import Lanes
import PlaybookLanguage
import SourceText

/// Touches the screen, presses a key or types a text.
struct Input: PhoneStepKind {
    static let manual = StepManual(
        "input", "Touch the screen, press a key or type a text.",
        details: """
            Points are pixels from the upper left corner of the screen. A text is ASCII, since Android types nothing else. \
            What was sent and got no answer is not repeated, so that nothing is typed twice.
            """,
        arguments: [
            .init("tap", "[x, y]", standard: "none", "A short touch."),
            .init(
                "long-press", "[x, y]", standard: "none", "A long touch, of 1 second unless `duration` says otherwise."),
            .init("swipe", "[x1, y1, x2, y2]", standard: "none", "A touch that moves."),
            .init("duration", "duration", standard: "300ms for swipe, 1s for long-press", "How long the touch lasts."),
            .init("text", "text", standard: "none", "A text to be typed where the cursor is."),
            .init("key", "name or number", standard: "none", "A key, such as HOME, BACK, ENTER or 26."),
        ],
        class: .change, timeout: .seconds(60), mayRepeatAfterSent: false,
        examples: [
            "input: { tap: [540, 1200] }",
            "input: { swipe: [540, 1600, 540, 400], duration: 300ms }",
            "input: { text: \"player one\" }",
            "input: { key: HOME }",
            "input: { long-press: [540, 1200], duration: 2s }",
        ])

    /// What is done.
    enum Gesture: Sendable {
        case tap(Argument<[Int]>)
        case longPress(Argument<[Int]>)
        case swipe(Argument<[Int]>)
        case text(Argument<TypedText>)
        case key(Argument<PhoneKey>)
    }

    private let gesture: Gesture
    private let duration: Argument<Duration>?

    init(reading arguments: inout StepArguments) {
        var gestures: [Gesture] = []
        if let at = arguments.optionalValue("tap", .points(2, "[x, y]")) { gestures.append(.tap(at)) }
        if let at = arguments.optionalValue("long-press", .points(2, "[x, y]")) { gestures.append(.longPress(at)) }
        if let way = arguments.optionalValue("swipe", .points(4, "[x1, y1, x2, y2]")) { gestures.append(.swipe(way)) }
        if let text = arguments.optionalValue("text", .typedText) { gestures.append(.text(text)) }
        if let key = arguments.optionalValue("key", .phoneKey) { gestures.append(.key(key)) }
        duration = arguments.optionalDuration("duration")
        if gestures.count != 1, !arguments.diagnostics.hasErrors {
            arguments.mistake(
                gestures.isEmpty ? "`input` needs something to do" : "`input` does one thing",
                help: gestures.isEmpty
                    ? "for example `input: { tap: [540, 1200] }` or `input: { key: HOME }`" : "write a step for each")
        }
        switch gestures.first {
        case .swipe, .longPress, nil: break
        case .tap, .text, .key:
            if let duration {
                arguments.mistake("`duration` belongs to `swipe` and `long-press`", at: duration.span)
            }
        }
        gesture = gestures.first ?? .tap(Argument([0, 0]))
    }

    func summary(in scope: Scope?) -> String {
        switch gesture {
        case .tap(let at): "input tap \(at.shown(in: scope))"
        case .longPress(let at): "input long-press \(at.shown(in: scope))"
        case .swipe(let way): "input swipe \(way.shown(in: scope))"
        case .text(let text): "input text \(text.shown(in: scope))"
        case .key(let key): "input key \(key.shown(in: scope))"
        }
    }

    /// A long touch must not be ended by its own limit.
    var timeout: Duration { max(Self.manual.timeout, (duration?.literal ?? .zero) + .seconds(30)) }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "input is always given")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let result = try await phone.run(try line(context.scope))
        let outputs = StepOutputs(of: result)
        // Older versions answer 0 to what they do not know; who does as told says nothing.
        if result.exitIsZero, result.errorText.isEmpty, !result.text.contains("Error"),
            !result.text.contains("Exception")
        {
            return StepOutcome(.changed, outputs: outputs)
        }
        let said = result.complaint
        return .failed(
            "refused", summary(in: context.scope), said.isEmpty ? "the phone gave no reason" : said, outputs: outputs)
    }

    private func line(_ scope: Scope) throws(PlaybookError) -> String {
        switch gesture {
        case .tap(let at): return ShellLine(["input", "tap"] + (try at.value(in: scope)).map(String.init)).description
        case .longPress(let at):
            let point = try at.value(in: scope)
            return try swipe(point + point, standard: .seconds(1), scope)
        case .swipe(let way): return try swipe(try way.value(in: scope), standard: .milliseconds(300), scope)
        case .text(let text): return try text.value(in: scope).line
        case .key(let key): return ShellLine("input", "keyevent", try key.value(in: scope).description).description
        }
    }

    private func swipe(_ way: [Int], standard: Duration, _ scope: Scope) throws(PlaybookError) -> String {
        let length = try duration?.optionalValue(in: scope) ?? standard
        let milliseconds = max(1, length.wholeNanoseconds / 1_000_000)
        return ShellLine(["input", "swipe"] + way.map(String.init) + [String(milliseconds)]).description
    }
}
