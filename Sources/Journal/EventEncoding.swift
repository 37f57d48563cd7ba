import Farm
import Secrets
import SourceText

/// Events to lines: `{"v":1,"seq":7,"t":1795219200123,"event":"step-ended",…,"sum":"0f3a91c2"}`.
///
/// The checksum covers every byte before `,"sum"`; it always stands last, so a reader finds it without parsing.
struct EventEncoder {
    static let version = 1
    /// The bytes `,"sum":"xxxxxxxx"}` at the end of every line.
    static let trailerLength = 18

    private var line: JSONLine
    private var sequence: Int

    /// - Parameter sequence: The number of the first line.
    init(redactor: Redactor, sequence: Int = 0) {
        line = JSONLine(redactor: redactor)
        self.sequence = sequence
    }

    /// Writes an event as one line, newline included, at the end of `bytes`.
    mutating func encode(_ event: JournalEvent, into bytes: inout [UInt8]) {
        line.removeAll()
        line.append(raw: "{")
        line.field("v", Self.version)
        line.field("seq", sequence)
        line.field("t", event.time)
        sequence += 1
        line.write(event.body)
        let sum = line.bytes.withUnsafeBytes { Checksum.crc32($0) }
        line.append(raw: ",\"sum\":\"")
        var shift = 32
        while shift > 0 {
            shift -= 4
            line.append(raw: CollectionOfOne(JSONLine.hexDigit(UInt8(truncatingIfNeeded: sum >> shift) & 15)))
        }
        line.append(raw: "\"}\n")
        bytes.append(contentsOf: line.bytes)
    }
}

extension JSONLine {
    fileprivate mutating func write(_ body: JournalEvent.Body) {
        switch body {
        case .runStarted(let header):
            field("event", "run-started")
            writeHeader(header)
        case .phoneConnected(let target, let facts):
            field("event", "phone-connected")
            write(target)
            field("way-in", facts.wayIn)
            field("facts", facts.values)
        case .stepStarted(let target, let path, let attempt):
            field("event", "step-started")
            write(target)
            field("step", path.description)
            field("attempt", attempt)
        case .serviceAsked(let target, let path, let job):
            field("event", "service-asked")
            write(target)
            field("step", path.description)
            field("call", job.call)
            field("request", job.request)
            field("job", job.job)
        case .attemptFailed(let target, let path, let failed):
            field("event", "attempt-failed")
            write(target)
            field("step", path.description)
            field("attempt", failed.attempt)
            field("verdict", failed.verdict.rawValue)
            write(failed.failure)
            field("delay", failed.delay)
        case .stepEnded(let target, let path, let end):
            field("event", "step-ended")
            write(target)
            field("step", path.description)
            write(end)
        case .phoneEnded(let target, let end):
            field("event", "phone-ended")
            write(target)
            field("verdict", end.verdict.rawValue)
            write(end.marks)
            field("step", end.step?.description)
            write(end.failure)
        case .playEnded(let target, let play, let end):
            field("event", "play-ended")
            write(target)
            field("play", play)
            field("verdict", end.verdict.rawValue)
            write(end.marks)
            field("step", end.step?.description)
            write(end.failure)
        case .waveStarted(let wave):
            field("event", "wave-started")
            field("play", wave.play)
            field("wave", wave.wave)
            write(wave.targets)
        case .waveEnded(let wave):
            field("event", "wave-ended")
            field("play", wave.play)
            field("wave", wave.wave)
            key("passed")
            value(wave.passed)
            field("why", wave.why)
        case .canaryReplaced(let play, let lost, let other):
            field("event", "canary-replaced")
            field("play", play)
            write([lost, other])
        case .runStopping(let stopping):
            field("event", "run-stopping")
            field("code", stopping.code)
            field("why", stopping.why)
        case .runResumed(let resumed):
            field("event", "run-resumed")
            field("command", resumed.commandLine)
            field("version", resumed.version)
        case .runEnded(let end):
            field("event", "run-ended")
            write(end)
        }
    }

    private mutating func write(_ targets: [TargetID]) {
        key("targets")
        array { line in
            for target in targets {
                line.element()
                line.object { $0.write(target) }
            }
        }
    }

    /// The key is the target's kind: `"phone":"px8-07"`.
    private mutating func write(_ target: TargetID) {
        switch target.kind {
        case .phone: field("phone", target.name)
        case .server: field("server", target.name)
        case .encoder: field("encoder", target.name)
        }
    }

    private mutating func write(_ marks: Marks) {
        guard !marks.isEmpty else { return }
        field("marks", marks.words)
    }

    private mutating func write(_ end: StepEnd) {
        field("verdict", end.verdict.rawValue)
        write(end.marks)
        field("attempts", end.attempts)
        if end.bytes != 0 { field("bytes", end.bytes) }
        field("ms", end.duration)
        write(end.outputs)
        write(end.failure)
    }

    private mutating func write(_ failure: StepFailure?) {
        guard let failure else { return }
        key("failure")
        object { line in
            line.field("code", failure.code)
            line.field("operation", failure.operation)
            line.field("reason", failure.reason)
            line.field("advice", failure.advice)
            line.field("place", failure.place)
        }
    }

    private mutating func field(_ name: StaticString, _ place: SourceLocation?) {
        guard let place else { return }
        key(name)
        object { line in
            line.field("file", place.file)
            line.field("line", place.line)
            line.field("column", place.column)
        }
    }

    mutating func writeHeader(_ header: RunHeader) {
        field("id", header.id.description)
        field("version", header.version)
        field("playbook", header.playbook)
        field("title", header.title)
        field("command", header.commandLine)
        field("inputs", header.inputs)
        field("seed", header.seed)
        field("window", header.window)
        if !header.plays.isEmpty {
            key("plays")
            array { line in
                for play in header.plays {
                    line.element()
                    line.object { line in
                        line.field("name", play.name)
                        line.field("targets", play.targetCount)
                        guard let members = play.members else { return }
                        line.key("members")
                        line.array { line in
                            for member in members {
                                line.element()
                                line.value(member)
                            }
                        }
                    }
                }
            }
        }
        key("steps")
        array { line in
            for step in header.steps {
                line.element()
                line.object { $0.write(step) }
            }
        }
        write(header.targets)
    }

    private mutating func write(_ step: StepLabel) {
        field("step", step.path.description)
        field("kind", step.keyword)
        field("id", step.id)
        field("name", step.name)
        field("summary", step.summary)
        field("place", step.place)
        if step.isForFailures {
            key("for-failures")
            value(true)
        }
    }

    private mutating func write(_ end: RunEnd) {
        field("exit", end.exitCode)
        field("why", end.why)
        field("ms", end.duration)
        key("counts")
        object { line in
            for verdict in Verdict.allCases {
                line.key(named: verdict.rawValue)
                line.value(end.counts[verdict])
            }
        }
    }
}
