/// Reads the answer of `am instrument -r` while it arrives, in pieces of any size.
///
/// A line without one of the known beginnings goes on with the value before it. All lengths are bounded: a phone may
/// print anything.
struct InstrumentationParser: Sendable {
    static let longestLine = 16_384
    static let longestValue = 65_536
    static let mostFields = 64
    static let mostCases = 200_000

    private enum Field: Equatable {
        case status(String)
        case result(String)
    }

    /// What was read so far.
    private(set) var report = InstrumentationReport()
    private var line: [UInt8] = []
    private var status: [String: String] = [:]
    private var result: [String: String] = [:]
    private var field: Field?
    private var startedAt: Int64?

    /// Reads the next bytes.
    ///
    /// - Parameter milliseconds: The time now, by which cases are timed.
    mutating func take(_ bytes: some Sequence<UInt8>, at milliseconds: Int64) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                endLine(at: milliseconds)
            } else if line.count < Self.longestLine {
                line.append(byte)
            }
        }
    }

    /// Reads what stands after the last line's end; nothing more will come.
    mutating func finish(at milliseconds: Int64) {
        if !line.isEmpty { endLine(at: milliseconds) }
        judge()
    }

    private mutating func endLine(at milliseconds: Int64) {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        take(line: text, at: milliseconds)
    }

    private mutating func take(line: String, at milliseconds: Int64) {
        if let rest = line.after("INSTRUMENTATION_STATUS: ") {
            begin(rest) { .status($0) }
        } else if let rest = line.after("INSTRUMENTATION_STATUS_CODE: ") {
            field = nil
            if let code = Int(rest) { endRecord(code, at: milliseconds) }
        } else if let rest = line.after("INSTRUMENTATION_RESULT: ") {
            begin(rest) { .result($0) }
        } else if let rest = line.after("INSTRUMENTATION_CODE: ") {
            field = nil
            if let code = Int(rest) { report.code = code }
        } else if let rest = line.after("INSTRUMENTATION_ABORTED: ") {
            field = nil
            report.crash = rest
        } else if let rest = line.after("INSTRUMENTATION_FAILED: ") ?? line.between("INSTRUMENTATION_FAILED: ") {
            field = nil
            report.refusal = report.refusal ?? "the phone could not start \(rest)"
        } else if let rest = line.after("onError: ") {
            field = nil
            report.refusal = rest
        } else {
            goOn(line)
        }
    }

    private mutating func begin(_ text: String, _ make: (String) -> Field) {
        guard let equals = text.firstIndex(of: "=") else {
            field = nil
            return
        }
        let field = make(String(text[..<equals]))
        self.field = field
        set(field, String(text[text.index(after: equals)...]))
    }

    private mutating func goOn(_ line: String) {
        guard let field else {
            if !line.allSatisfy(\.isWhitespace) { report.stray = line }
            return
        }
        let before = value(of: field) ?? ""
        guard before.utf8.count + line.utf8.count < Self.longestValue else { return }
        set(field, before + "\n" + line)
    }

    private func value(of field: Field) -> String? {
        switch field {
        case .status(let key): status[key]
        case .result(let key): result[key]
        }
    }

    private mutating func set(_ field: Field, _ value: String) {
        switch field {
        case .status(let key): if status[key] != nil || status.count < Self.mostFields { status[key] = value }
        case .result(let key): if result[key] != nil || result.count < Self.mostFields { result[key] = value }
        }
    }

    /// The end of one record: a case begins, ends, or `am` itself complains.
    private mutating func endRecord(_ code: Int, at milliseconds: Int64) {
        let record = status
        status = [:]
        if let count = record["numtests"].flatMap({ Int($0) }), count >= 0 {
            report.announced = max(report.announced ?? 0, count)
        }
        guard let suite = record["class"], let name = record["test"] else {
            if let error = record["Error"] { report.refusal = error }
            return
        }
        let test = TestName(suite: suite, name: name)
        if code == 1 {
            // A case that never ended, and the next one begins: the runner lost it.
            if let lost = report.running { add(lost, .errored, nil, "it began and never ended") }
            report.running = test
            startedAt = milliseconds
            return
        }
        guard let ending = InstrumentationReport.Ending(rawValue: code) else { return }
        let length = report.running == test ? startedAt.map { milliseconds - $0 } : nil
        add(test, ending, length, record["stack"])
        if report.running == test { report.running = nil }
    }

    private mutating func add(
        _ name: TestName, _ ending: InstrumentationReport.Ending, _ milliseconds: Int64?, _ trace: String?
    ) {
        guard report.cases.count < Self.mostCases else { return }
        report.cases.append(.init(name: name, ending: ending, milliseconds: milliseconds, trace: trace))
    }

    private mutating func judge() {
        if let short = result["shortMsg"] {
            let long = result["longMsg"].map { ": \($0)" } ?? ""
            report.crash = short + long
        }
        // Old runners end without a code when the process dies.
        if report.code != nil, report.code != -1, report.crash == nil, report.refusal == nil {
            report.crash = "the instrumentation was aborted"
        }
        if report.code == nil, report.refusal == nil, report.crash == nil, report.started > 0 {
            report.crash = "the answer ended in mid-run"
        }
    }
}

extension String {
    /// What follows a beginning; nil when the text begins otherwise.
    fileprivate func after(_ beginning: String) -> String? {
        hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil
    }

    /// What follows a word that `am` puts behind the name of an exception.
    fileprivate func between(_ word: String) -> String? {
        guard hasPrefix("android.util.AndroidException: \(word)") else { return nil }
        return String(dropFirst("android.util.AndroidException: \(word)".count))
    }
}
