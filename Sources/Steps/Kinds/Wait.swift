import Farm
import Journal
import Lanes
import PlaybookLanguage
import SourceText

/// Waits for something to become true on the phone, or for time to pass.
struct Wait: StepKind {
    static let manual = StepManual(
        "wait", "Wait until something is true on the phone, or for some time.",
        details: """
            The step's `timeout` bounds the waiting. A line of the log counts from the start of the step before this one, so \
            that nothing is missed between the two.
            """,
        scalar: "for",
        arguments: [
            .init(
                "for", "boot, online or a duration", standard: "none", "The phone is up; it answers; or time passes."),
            .init("property", "text", standard: "none", "A property that is to have the value `value`."),
            .init("value", "text", standard: "any value", "The value that `property` is to have."),
            .init("file", "path on the phone", standard: "none", "A path that is to exist."),
            .init("port", "number", standard: "none", "A TCP port on which something on the phone is to listen."),
            .init("log", "text", standard: "none", "A text that is to stand in a line of the log."),
        ],
        outputs: [.init("line", "the line of the log, for `log`")],
        class: .read, timeout: .seconds(300),
        examples: [
            "wait: boot",
            "wait: 10s",
            "wait: { property: sys.boot_completed, value: \"1\" }",
            "wait: { log: MainMenu ready }",
            "wait: { file: /sdcard/ready }",
        ])

    /// What is waited for.
    enum Condition: Sendable {
        case word(Argument<WaitWord>)
        case property(Argument<String>, value: Argument<String>?)
        case file(Argument<RemotePath>)
        case port(Argument<Int>)
        case log(Argument<String>)
    }

    private let condition: Condition

    init(reading arguments: inout StepArguments) {
        var conditions: [Condition] = []
        if let word = arguments.optionalValue("for", .waitWord, bare: true) { conditions.append(.word(word)) }
        let value = arguments.optionalText("value")
        if let name = arguments.optionalText("property") {
            conditions.append(.property(name, value: value))
        } else if let value {
            arguments.mistake("`value` belongs to `property`", at: value.span, help: "add `property: ...`")
        }
        if arguments.has("file") { conditions.append(.file(arguments.remotePath("file"))) }
        if let port = arguments.optionalInteger("port", in: 1...65_535) { conditions.append(.port(port)) }
        if let text = arguments.optionalText("log") { conditions.append(.log(text)) }
        if conditions.count != 1, !arguments.diagnostics.hasErrors {
            arguments.mistake(
                conditions.isEmpty ? "`wait` needs something to wait for" : "`wait` waits for one thing",
                help: conditions.isEmpty
                    ? "for example `wait: boot`, `wait: 10s` or `wait: { log: ready }`" : "write a step for each")
        }
        condition = conditions.first ?? .word(Argument(.online))
    }

    func summary(in scope: Scope?) -> String {
        switch condition {
        case .word(let word): "wait for \(word.shown(in: scope))"
        case .property(let name, let value):
            "wait for \(name.shown(in: scope))" + (value.map { "=\($0.shown(in: scope))" } ?? "")
        case .file(let path): "wait for \(path.shown(in: scope))"
        case .port(let port): "wait for port \(port.shown(in: scope))"
        case .log(let text): "wait for log \(text.shown(in: scope))"
        }
    }

    /// A wait for time must not be ended by its own limit.
    var timeout: Duration {
        guard case .word(let word) = condition, case .time(let length)? = word.literal else {
            return Self.manual.timeout
        }
        return max(Self.manual.timeout, length + .seconds(60))
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        guard let question = try question(context.scope) else { return .work(because: "it has to be waited for") }
        do {
            return try await question(phone)
                ? .nothing(because: "it is so already") : .work(because: "it is not so yet")
        } catch let error as PhoneError where bearsAbsence && Polling.isPassing(error) {
            return .work(because: "the phone does not answer")
        }
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        if case .log(let text) = condition {
            let watch = LogWatch(text: try text.value(in: context.scope), phone: phone)
            let start = try await watch.start(at: context.previousStart)
            guard let line = try await watch.line(from: start) else {
                return .failed("log-ended", "wait for log \(watch.text)", "the phone's log ended before it came")
            }
            return .ok("the line is there", ["line": .text(line)])
        }
        if let question = try question(context.scope) {
            var phone = phone
            try await Polling.until(on: phone.lane) {
                do {
                    return try await question(phone)
                } catch let error as PhoneError where bearsAbsence && Polling.isPassing(error) {
                    // Gone, as phones are that start; a link that cannot be had yet is had in a later round.
                    if let link = try await Self.link(from: context) { phone = link }
                    return false
                }
            }
            return .ok("it is so now")
        }
        if case .word(let word) = condition, case .time(let length) = try word.value(in: context.scope) {
            try await phone.lane.sleep(for: length)
        }
        return .ok()
    }

    /// Whether a phone that does not answer is what is waited out.
    private var bearsAbsence: Bool {
        guard case .word = condition else { return false }
        return true
    }

    private static func link(from context: StepContext) async throws -> (any ConnectedPhone)? {
        do {
            return try await context.reconnect()
        } catch let error as PhoneError where Polling.isPassing(error) {
            return nil
        }
    }

    /// What the phone is asked again and again; nil for time and log, which are waited for otherwise.
    private func question(_ scope: Scope) throws -> (@Sendable (any ConnectedPhone) async throws -> Bool)? {
        switch condition {
        case .word(let word):
            switch try word.value(in: scope) {
            case .boot: return { try await Polling.isBooted($0) }
            case .online: return { try await $0.run("echo on").exit == 0 }
            case .time: return nil
            }
        case .property(let name, let value):
            let line = ShellLine("getprop", try name.value(in: scope)).description
            let wanted = try value?.optionalValue(in: scope)
            return { phone in
                let found = try await phone.run(line).text
                return wanted.map { $0 == found } ?? !found.isEmpty
            }
        case .file(let path):
            let path = try path.value(in: scope)
            return { try await $0.status(of: [path]).first.flatMap { $0 } != nil }
        case .port(let port):
            let number = try port.value(in: scope)
            return { phone in
                let tables = try await phone.run("cat /proc/net/tcp /proc/net/tcp6")
                return ListeningPorts(reading: tables.text).ports.contains(number)
            }
        case .log: return nil
        }
    }
}

/// What can stand alone after `wait:`.
enum WaitWord: Sendable, Equatable, CustomStringConvertible {
    /// The phone is booted to the end.
    case boot
    /// The phone answers.
    case online
    /// Time passes.
    case time(Duration)

    var description: String {
        switch self {
        case .boot: "boot"
        case .online: "online"
        case .time(let length): durationText(length)
        }
    }
}

extension ArgumentKind where Result == WaitWord {
    /// `boot`, `online` or a duration.
    static var waitWord: Self {
        Self("boot, online or a duration", types: [.text, .duration], isText: false) { value throws(TextMistake) in
            switch value {
            case .text("boot"): return .boot
            case .text("online"): return .online
            case .duration(let length): return .time(length)
            case .text(let text):
                guard text.first?.isNumber == true else {
                    throw TextMistake(
                        "`\(text)` cannot be waited for", help: "write boot, online or a duration such as 10s")
                }
                return .time(try readDuration(text))
            default:
                let number = value.textForm ?? ""
                throw TextMistake(
                    "boot, online or a duration is needed, this is \(value.type.phrase)",
                    help: number.isEmpty ? nil : "a duration needs a unit, for example \(number)s")
            }
        }
    }
}
