public import JSON
import Secrets

/// What a run was started with, kept beside its journal so that it can be understood, and resumed, when the files have changed since.
public struct FrozenPlan: Hashable, Sendable {
    /// The header, as it also stands in the journal.
    public var header: RunHeader
    /// The playbook and farm file texts, by the names under which they were read.
    ///
    /// They hold no secrets' values, only their names.
    public var sources: [String: String]
    /// A table of the steps and their arguments before any value was put in.
    public var steps: [String]
    /// Everything else that was decided when the run started, for those who resume it.
    public var choice: JSONValue

    /// Collects what is to be frozen.
    public init(header: RunHeader, sources: [String: String], steps: [String] = [], choice: JSONValue = .null) {
        self.header = header
        self.sources = sources
        self.steps = steps
        self.choice = choice
    }

    /// Reads what was frozen.
    ///
    /// - Throws: ``JournalError``.
    public init(reading path: String) throws(JournalError) {
        let bytes = try OwnedFile(reading: path).readAll()
        guard let value = JSONValue(parsing: bytes), let header = RunHeader(value) else {
            throw JournalError(.damaged, operation: "read \(path)", reason: "it is not a whole plan")
        }
        if let version = value["v"]?.integer, version > EventEncoder.version {
            throw JournalError(.newer, operation: "read \(path)", reason: "a later drover has written it")
        }
        self.init(
            header: header, sources: value["sources"]?.members?.compactMapValues(\.text) ?? [:],
            steps: (value["arguments"]?.elements ?? []).compactMap(\.text), choice: value["choice"] ?? .null)
    }

    func json(_ redactor: Redactor) -> [UInt8] {
        var line = JSONLine(redactor: redactor)
        line.object { line in
            line.field("v", EventEncoder.version)
            line.writeHeader(header)
            line.field("sources", sources)
            line.field("arguments", steps)
            line.key("choice")
            line.write(choice)
        }
        line.append(raw: "\n")
        return line.bytes
    }
}
