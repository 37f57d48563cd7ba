import Farm
public import Journal
import SourceText

/// A run for other programs: one JSON object with the counts and every target.
///
/// Texts of phones stand in it as they came, escaped as JSON escapes; long outputs are named by their hash.
public struct JSONReport: Sendable {
    private let record: RunRecord

    /// Reports a run.
    public init(_ record: RunRecord) { self.record = record }

    /// A text as a JSON string, quotes included; control characters and line separators are escaped.
    public static func quoted(_ text: String) -> String {
        var json = JSONText()
        json.value(text)
        return json.text
    }

    /// The report, with a line break at its end.
    public var text: String {
        var json = JSONText()
        json.object { json in
            header(&json)
            json.key("counts")
            json.object(isCompact: true) { json in
                for verdict in Verdict.allCases { json.member(verdict.rawValue, Int64(record.counts[verdict])) }
                json.member("total", Int64(record.phones.count))
            }
            TestCaseSummary(record).write(&json)
            WaveTable(record).write(&json)
            if let stopping = record.stopping {
                json.key("stopping")
                json.object(isCompact: true) { json in
                    json.member("code", stopping.code)
                    json.member("why", stopping.why)
                }
            }
            if record.resumes > 0 { json.member("resumes", Int64(record.resumes)) }
            json.member("exit-code", record.end.map { Int64($0.exitCode) })
            json.member("why", record.end?.why)
            json.member("milliseconds", record.end?.duration ?? record.lastTime - record.startTime)
            json.key("targets")
            json.array { json in
                for phone in record.phones {
                    json.element()
                    target(phone, &json)
                }
            }
        }
        return json.text + "\n"
    }

    private func header(_ json: inout JSONText) {
        guard let header = record.header else { return }
        json.member("run", header.id.description)
        json.member("title", header.title)
        json.member("playbook", header.playbook)
        json.member("version", header.version)
        json.member("started", record.startTime)
        if !header.plays.isEmpty {
            json.key("plays")
            json.array { json in
                for play in header.plays {
                    json.element()
                    json.object(isCompact: true) { json in
                        json.member("name", play.name)
                        json.member("targets", Int64(play.targetCount))
                    }
                }
            }
        }
        json.key("steps")
        json.array { json in
            for step in header.steps {
                json.element()
                json.object(isCompact: true) { json in
                    json.member("path", step.path.description)
                    json.member("kind", step.keyword)
                    json.member("id", step.id)
                    json.member("title", step.title)
                    json.member("place", step.place?.description)
                }
            }
        }
    }

    private func target(_ phone: PhoneRecord, _ json: inout JSONText) {
        json.object { json in
            json.member("name", phone.target.name)
            json.member("kind", phone.target.kind.rawValue)
            json.member("verdict", phone.verdict.rawValue)
            marks(phone.marks, &json)
            // A target that was lost before anything began has an end and no beginning.
            json.member("milliseconds", phone.duration)
            json.member("bytes", phone.bytes)
            json.member("step", phone.end?.step?.description)
            failure(phone.failure, &json)
            plays(phone.playEnds, &json)
            json.key("steps")
            json.array { json in
                for step in phone.steps {
                    json.element()
                    self.step(step, &json)
                }
            }
        }
    }

    private func plays(_ ends: [Int: PhoneEnd], _ json: inout JSONText) {
        guard !ends.isEmpty else { return }
        json.key("plays")
        json.array(isCompact: true) { json in
            for (play, end) in ends.sorted(by: { $0.key < $1.key }) {
                json.element()
                json.object { json in
                    json.member("play", Int64(play))
                    json.member("verdict", end.verdict.rawValue)
                }
            }
        }
    }

    private func cases(_ cases: [TestCase], _ json: inout JSONText) {
        guard !cases.isEmpty else { return }
        json.key("cases")
        json.array { json in
            for test in cases {
                json.element()
                json.object { json in
                    json.member("suite", test.suite)
                    json.member("name", test.name)
                    json.member("result", test.result.rawValue)
                    json.member("milliseconds", test.milliseconds)
                    json.member("message", test.message)
                    json.member("trace", test.trace)
                    if test.isFlaky { json.member("flaky", true) }
                }
            }
        }
    }

    private func step(_ step: StepRecord, _ json: inout JSONText) {
        json.object(isCompact: true) { json in
            json.member("path", step.path.description)
            json.member("verdict", step.verdict.rawValue)
            json.member("attempts", Int64(step.attempt))
            guard let end = step.end else { return }
            marks(end.marks, &json)
            json.member("milliseconds", end.duration)
            if end.bytes > 0 { json.member("bytes", end.bytes) }
            json.member("reason", end.outputs.reason)
            json.member("exit", end.outputs.exit.map(Int64.init))
            json.member("exit-source", end.outputs.exitSource?.rawValue)
            output("output", end.outputs.output, &json)
            output("error", end.outputs.error, &json)
            if end.outputs.truncated { json.member("truncated", true) }
            failure(end.failure, &json)
            cases(end.outputs.cases, &json)
        }
    }

    private func output(_ name: String, _ text: OutputText, _ json: inout JSONText) {
        switch text {
        case .inline(""): return
        case .inline(let text): json.member(name, text)
        case .stored(let stored):
            json.key(name)
            json.object(isCompact: true) { json in
                json.member("sha256", stored.hash)
                json.member("bytes", Int64(stored.size))
                json.member("head", stored.head)
            }
        }
    }

    private func marks(_ marks: Marks, _ json: inout JSONText) {
        guard !marks.isEmpty else { return }
        json.key("marks")
        json.array(isCompact: true) { json in
            for word in marks.words {
                json.element()
                json.value(word)
            }
        }
    }

    private func failure(_ failure: StepFailure?, _ json: inout JSONText) {
        guard let failure else { return }
        json.key("failure")
        json.object(isCompact: true) { json in
            json.member("code", failure.code)
            json.member("operation", failure.operation)
            json.member("reason", failure.reason)
            json.member("advice", failure.advice)
            json.member("place", failure.place?.description)
        }
    }
}
