import Farm
import JSON
import SourceText

extension JournalEvent {
    /// What a line of a journal turned out to be.
    enum Line {
        case event(JournalEvent, sequence: Int)
        /// The line is whole, but of a kind that this reader does not know.
        case unknown(sequence: Int)
        /// Written by a later version.
        case newer(version: Int64)
        /// Torn, or changed since it was written.
        case damaged
    }

    /// Reads one line, without its newline.
    static func decode(_ line: ArraySlice<UInt8>) -> Line {
        guard line.count > EventEncoder.trailerLength else { return .damaged }
        let trailer = line.suffix(EventEncoder.trailerLength)
        let body = line.dropLast(EventEncoder.trailerLength)
        guard trailer.starts(with: ",\"sum\":\"".utf8), trailer.reversed().starts(with: "}\"".utf8) else {
            return .damaged
        }
        let digits = String(decoding: trailer.dropFirst(8).prefix(8), as: UTF8.self)
        guard let sum = UInt32(digits, radix: 16), sum == Checksum.crc32(body) else { return .damaged }
        guard let value = JSONValue(parsing: line) else { return .damaged }
        guard let version = value["v"]?.integer, let sequence = value["seq"]?.integer else { return .damaged }
        guard version <= EventEncoder.version else { return .newer(version: version) }
        guard let time = value["t"]?.integer, let body = Body(value) else { return .unknown(sequence: Int(sequence)) }
        return .event(JournalEvent(time: time, body), sequence: Int(sequence))
    }
}

extension JournalEvent.Body {
    fileprivate init?(_ value: JSONValue) {
        guard let event = value["event"]?.text else { return nil }
        switch event {
        case "run-started":
            guard let header = RunHeader(value) else { return nil }
            self = .runStarted(header)
        case "run-ended":
            guard let end = RunEnd(value) else { return nil }
            self = .runEnded(end)
        case "wave-started":
            guard let play = value["play"]?.int, let wave = value["wave"]?.int else { return nil }
            self = .waveStarted(WaveStart(play: play, wave: wave, targets: value.targets))
        case "wave-ended":
            guard let play = value["play"]?.int, let wave = value["wave"]?.int else { return nil }
            self = .waveEnded(
                WaveEnd(play: play, wave: wave, passed: value["passed"]?.flag ?? false, why: value["why"]?.text))
        case "canary-replaced":
            let targets = value.targets
            guard let play = value["play"]?.int, targets.count == 2 else { return nil }
            self = .canaryReplaced(play: play, lost: targets[0], by: targets[1])
        case "run-stopping":
            self = .runStopping(RunStopping(code: value["code"]?.text ?? "", why: value["why"]?.text ?? ""))
        case "run-resumed":
            self = .runResumed(
                RunResumed(
                    commandLine: (value["command"]?.elements ?? []).compactMap(\.text),
                    version: value["version"]?.text ?? ""))
        default:
            guard let target = TargetID(value) else { return nil }
            self.init(event, of: target, value)
        }
    }

    private init?(_ event: String, of target: TargetID, _ value: JSONValue) {
        let path = value["step"]?.text.flatMap { StepPath($0) }
        switch (event, path) {
        case ("phone-connected", _):
            let facts = PhoneFacts(values: value["facts"]?.texts ?? [:], wayIn: value["way-in"]?.text ?? "")
            self = .phoneConnected(target, facts)
        case ("step-started", let path?):
            self = .stepStarted(target, path, attempt: value["attempt"]?.int ?? 1)
        case ("service-asked", let path?):
            guard let call = value["call"]?.text else { return nil }
            self = .serviceAsked(
                target, path, ServiceJob(call: call, request: value["request"]?.text, job: value["job"]?.text))
        case ("attempt-failed", let path?):
            guard let verdict = Verdict(value), let failure = StepFailure(value["failure"]) else { return nil }
            let attempt = value["attempt"]?.int ?? 1
            let delay = value["delay"]?.integer ?? 0
            let failed = AttemptFailure(attempt: attempt, verdict: verdict, failure: failure, delay: delay)
            self = .attemptFailed(target, path, failed)
        case ("step-ended", let path?):
            guard let end = StepEnd(value) else { return nil }
            self = .stepEnded(target, path, end)
        case ("phone-ended", let path):
            guard let end = PhoneEnd(value, path) else { return nil }
            self = .phoneEnded(target, end)
        case ("play-ended", let path):
            guard let end = PhoneEnd(value, path), let play = value["play"]?.int else { return nil }
            self = .playEnded(target, play: play, end)
        default: return nil
        }
    }
}

extension PhoneEnd {
    fileprivate init?(_ value: JSONValue, _ path: StepPath?) {
        guard let verdict = Verdict(value) else { return nil }
        self.init(verdict: verdict, marks: Marks(value), failure: StepFailure(value["failure"]), step: path)
    }
}

extension TestCase {
    fileprivate init?(_ value: JSONValue) {
        guard let suite = value["suite"]?.text, let name = value["name"]?.text else { return nil }
        guard let result = value["result"]?.text.flatMap(Result.init(rawValue:)) else { return nil }
        self.init(
            suite: suite, name: name, result: result, milliseconds: value["ms"]?.integer,
            message: value["message"]?.text, trace: value["trace"]?.text, isFlaky: value["flaky"]?.flag ?? false)
    }
}

extension JSONValue {
    fileprivate var targets: [TargetID] { (self["targets"]?.elements ?? []).compactMap { TargetID($0) } }
    fileprivate var int: Int? { integer.flatMap { Int(exactly: $0) } }
    fileprivate var texts: [String: String]? { members?.compactMapValues(\.text) }
}

extension TargetID {
    fileprivate init?(_ value: JSONValue) {
        if let name = value["phone"]?.text {
            self.init(kind: .phone, name: name)
        } else if let name = value["server"]?.text {
            self.init(kind: .server, name: name)
        } else if let name = value["encoder"]?.text {
            self.init(kind: .encoder, name: name)
        } else {
            return nil
        }
    }
}

extension Verdict {
    fileprivate init?(_ value: JSONValue) {
        guard let verdict = value["verdict"]?.text.flatMap(Verdict.init(rawValue:)) else { return nil }
        self = verdict
    }
}

extension Marks {
    fileprivate init(_ value: JSONValue) {
        self = []
        for word in value["marks"]?.elements ?? [] { formUnion(Marks(word: word.text ?? "")) }
    }
}

extension SourceLocation {
    fileprivate init?(_ value: JSONValue?) {
        guard let file = value?["file"]?.text, let line = value?["line"]?.int, let column = value?["column"]?.int else {
            return nil
        }
        self.init(file: file, line: line, column: column)
    }
}

extension StepFailure {
    fileprivate init?(_ value: JSONValue?) {
        guard let value, let code = value["code"]?.text else { return nil }
        self.init(
            code: code,
            operation: value["operation"]?.text ?? "",
            reason: value["reason"]?.text ?? "",
            advice: value["advice"]?.text,
            place: SourceLocation(value["place"])
        )
    }
}

extension OutputText {
    fileprivate init(_ value: JSONValue?) {
        switch value {
        case .text(let text): self = .inline(text)
        case .some(let value):
            let head = value["head"]?.text ?? ""
            self = .stored(StoredOutput(hash: value["hash"]?.text ?? "", size: value["size"]?.int ?? 0, head: head))
        case nil: self = .inline("")
        }
    }
}

extension OutputValue {
    fileprivate init(_ value: JSONValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .integer(let number): self = .integer(Int(number))
        case .unsigned(let number): self = .number(Double(number))
        case .number(let number): self = .number(number)
        case .boolean(let flag): self = .boolean(flag)
        case .array(let members): self = .list(members.map { OutputValue($0) })
        case .object: self = .map((value.members ?? [:]).mapValues { OutputValue($0) })
        case .null: self = .null
        }
    }
}

extension StepEnd {
    fileprivate init?(_ value: JSONValue) {
        guard let verdict = Verdict(value) else { return nil }
        let outputs = StepOutputs(
            values: (value["outputs"]?.members ?? [:]).mapValues { OutputValue($0) },
            exit: value["exit"]?.int,
            exitSource: value["exit-source"]?.text.flatMap(CommandResult.ExitSource.init(rawValue:)),
            output: OutputText(value["output"]),
            error: OutputText(value["error"]),
            truncated: value["truncated"]?.flag ?? false,
            reason: value["reason"]?.text,
            cases: (value["cases"]?.elements ?? []).compactMap { TestCase($0) }
        )
        self.init(
            verdict: verdict,
            marks: Marks(value),
            attempts: value["attempts"]?.int ?? 1,
            outputs: outputs,
            failure: StepFailure(value["failure"]),
            bytes: value["bytes"]?.integer ?? 0,
            duration: value["ms"]?.integer ?? 0
        )
    }
}

extension RunEnd {
    fileprivate init?(_ value: JSONValue) {
        guard let exitCode = value["exit"]?.int, let numbers = value["counts"]?.members else { return nil }
        var counts = VerdictCounts()
        for verdict in Verdict.allCases { counts[verdict] = numbers[verdict.rawValue]?.int ?? 0 }
        self.init(
            counts: counts, exitCode: exitCode, why: value["why"]?.text ?? "", duration: value["ms"]?.integer ?? 0)
    }
}

extension RunHeader {
    init?(_ value: JSONValue) {
        guard let id = value["id"]?.text.flatMap({ RunID($0) }), let targets = value["targets"]?.elements else {
            return nil
        }
        self.init(
            id: id,
            playbook: value["playbook"]?.text,
            title: value["title"]?.text ?? "",
            commandLine: (value["command"]?.elements ?? []).compactMap(\.text),
            inputs: value["inputs"]?.texts ?? [:],
            targets: targets.compactMap { TargetID($0) },
            steps: (value["steps"]?.elements ?? []).compactMap { StepLabel($0) },
            seed: value["seed"]?.unsigned ?? 0,
            version: value["version"]?.text ?? "",
            window: value["window"]?.int ?? 0,
            plays: (value["plays"]?.elements ?? []).map { play in
                PlayLabel(
                    name: play["name"]?.text ?? "", targetCount: play["targets"]?.int ?? 0,
                    members: play["members"]?.elements?.compactMap(\.int))
            }
        )
    }
}

extension StepLabel {
    fileprivate init?(_ value: JSONValue) {
        guard let path = value["step"]?.text.flatMap({ StepPath($0) }), let keyword = value["kind"]?.text else {
            return nil
        }
        self.init(
            path: path,
            keyword: keyword,
            id: value["id"]?.text,
            name: value["name"]?.text,
            summary: value["summary"]?.text,
            place: SourceLocation(value["place"]),
            isForFailures: value["for-failures"]?.flag ?? false
        )
    }
}
