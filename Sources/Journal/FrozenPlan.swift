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

    /// Collects what is to be frozen.
    public init(header: RunHeader, sources: [String: String], steps: [String] = []) {
        self.header = header
        self.sources = sources
        self.steps = steps
    }

    var json: [UInt8] {
        var line = JSONLine()
        line.object { line in
            line.field("v", EventEncoder.version)
            line.writeHeader(header)
            line.field("sources", sources)
            line.field("arguments", steps)
        }
        line.append(raw: "\n")
        return line.bytes
    }
}
