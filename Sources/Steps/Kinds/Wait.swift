import Farm
import Journal
import Lanes
import PlaybookLanguage

/// Waits for something to become true on the phone or the encoder, or for time to pass.
struct Wait: StepKind {
    static let manual = StepManual(
        "wait", "Wait until something is true on the phone or the encoder, or for some time.",
        details: """
            The step's `timeout` bounds the waiting. A line of a phone's log, and of a unit's journal, counts from the start of \
            the step before this one, so that nothing is missed between the two. Of a file on an encoder the lines count that \
            are written from now on, and all of a file that was made since the step before began. What encoders wait for over \
            the network is asked from the encoder: `localhost` is the encoder itself.
            """,
        targets: [.phones, .encoders], scalar: "for",
        arguments: [
            .init(
                "for", "boot, online or a duration", standard: "none",
                "The phone is up; it, or the encoder, answers; or time passes."),
            .init("property", "text", standard: "none", "A property of the phone that is to have the value `value`."),
            .init("value", "text", standard: "any value", "The value that `property` is to have."),
            .init("file", "path there", standard: "none", "A path that is to exist."),
            .init(
                "port", "number, or HOST:PORT for encoders", standard: "none",
                "A TCP port on which something on the phone is to listen, or that the encoder is to reach."),
            .init("log", "text", standard: "none", "A text that is to stand in a line of the log."),
            .init("unit", "name of a unit", standard: "none", "For encoders: the systemd unit whose log it is."),
            .init("in", "path on the encoder", standard: "none", "For encoders: the file that the log is."),
            .init("http", "http URL", standard: "none", "For encoders: a plain HTTP URL that is to answer."),
            .init("status", "number", standard: "200 to 299", "The status with which `http` is to answer."),
            .init("body", "text", standard: "any", "A text that is to stand in the answer of `http`."),
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

    private let condition: WaitCondition

    init(reading arguments: inout StepArguments) { condition = WaitCondition(reading: &arguments) }

    func summary(in scope: Scope?) -> String { "wait for \(condition.shown(in: scope))" }

    /// A wait for time must not be ended by its own limit.
    var timeout: Duration {
        guard case .word(let word) = condition, case .time(let length)? = word.literal else {
            return Self.manual.timeout
        }
        return max(Self.manual.timeout, length + .seconds(60))
    }

    func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        guard let question = try question(context) else { return .work(because: "it has to be waited for") }
        do {
            return try await question(target)
                ? .nothing(because: "it is so already") : .work(because: "it is not so yet")
        } catch let error as PhoneError where bearsAbsence && Polling.isPassing(error) {
            return .work(because: "the \(target.id.kind) does not answer")
        }
    }

    func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        if let outcome = try await logLine(on: target, context: context) { return outcome }
        if let question = try question(context) {
            var target = target
            try await Polling.until(on: target.lane) {
                do {
                    return try await question(target)
                } catch let error as PhoneError where bearsAbsence && Polling.isPassing(error) {
                    // Gone, as phones are that start; a link that cannot be had yet is had in a later round.
                    if let link = try await Self.link(from: context) { target = link }
                    return false
                }
            }
            return .ok("it is so now")
        }
        if case .word(let word) = condition, case .time(let length) = try word.value(in: context.scope) {
            try await target.lane.sleep(for: length)
        }
        return .ok()
    }

    /// Whether a phone that does not answer is what is waited out.
    private var bearsAbsence: Bool {
        guard case .word = condition else { return false }
        return true
    }

    private static func link(from context: StepContext) async throws -> (any ConnectedTarget)? {
        do {
            return try await context.reconnect()
        } catch let error as PhoneError where Polling.isPassing(error) {
            return nil
        }
    }

    /// What came of waiting for a line of a log; nil when something else is waited for.
    private func logLine(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome? {
        let line: String?
        let wanted: String
        switch (condition, target) {
        case (.log(let text), let phone as any ConnectedPhone):
            wanted = try text.value(in: context.scope)
            let watch = LogWatch(text: wanted, phone: phone)
            line = try await watch.line(from: try await watch.start(at: context.previousStart))
        case (.hostLog(let text, let place), let host as any ConnectedHost):
            wanted = try text.value(in: context.scope)
            let watch = HostLogWatch(text: wanted, place: place, host: host, scope: context.scope)
            line = try await watch.line(from: context.previousStart)
        default: return nil
        }
        guard let line else {
            return .failed("log-ended", "wait for log \(wanted)", "the \(target.id.kind)'s log ended before it came")
        }
        return .ok("the line is there", ["line": .text(line)])
    }

    /// What the target is asked again and again; nil for time and log, which are waited for otherwise.
    private func question(_ context: StepContext) throws -> (@Sendable (any ConnectedTarget) async throws -> Bool)? {
        let scope = context.scope
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
        case .connection(let place):
            let place = try place.value(in: scope)
            return { try await ($0 as? any ConnectedHost)?.reaches(place) ?? false }
        case .answer(let wish):
            return { target in
                guard let host = target as? any ConnectedHost else { return false }
                guard let complaint = try await wish.complaint(on: host, in: scope) else { return true }
                // What was missing last is worth more to a person than that the time is up.
                context.soFar.keep(StepOutputs(reason: PhoneWords(complaint).firstLine))
                return false
            }
        case .log, .hostLog: return nil
        }
    }
}
