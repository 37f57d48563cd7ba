public import Farm
import SourceText

/// What is known of a payload once it was opened, before any phone is touched.
public struct PayloadFacts: Hashable, Sendable {
    /// The name of what is delivered: the file's, the folder's, or the app's package.
    public let name: String
    /// How many files it has.
    public let files: Int
    /// Bytes of all of them together.
    public let bytes: UInt64
    /// SHA-256 in lowercase hex.
    public let sha256: String

    /// Collects what is known.
    public init(name: String, files: Int, bytes: UInt64, sha256: String) {
        self.name = name
        self.files = files
        self.bytes = bytes
        self.sha256 = sha256
    }

    /// The fields of `payloads.NAME` with their types.
    static let types: [String: ValueType] = ["name": .text, "files": .integer, "bytes": .integer, "sha256": .text]

    var value: Value {
        .map([
            "name": .text(name), "files": .integer(Int64(files)), "bytes": .integer(Int64(clamping: bytes)),
            "sha256": .text(sha256),
        ])
    }
}

/// The payloads of a run: what each stands for, and what is known of those that were opened.
public struct PayloadTable: Sendable {
    private let definitions: [String: Result<PayloadDefinition?, PlaybookError>]
    private var facts: [String: PayloadFacts] = [:]

    /// No payloads.
    public init() { definitions = [:] }

    /// Puts the values of a run into every payload; what is wrong with one is told to those who ask for it.
    public init(_ declarations: [PayloadDeclaration], in shared: SharedScope) {
        let pairs = declarations.map { declaration in
            let result = Result { () throws(PlaybookError) in try declaration.definition(in: shared) }
            return (declaration.name, result)
        }
        definitions = Dictionary(pairs) { first, _ in first }
    }

    /// The same table with what was learned of the payloads that were opened.
    public func knowing(_ facts: [String: PayloadFacts]) -> PayloadTable {
        var table = self
        table.facts.merge(facts) { $1 }
        return table
    }

    /// What a payload stands for; nil when its `from` is null in this run.
    ///
    /// - Throws: `unknownName` when there is none of that name, and what its expressions threw.
    public func definition(of name: String) throws(PlaybookError) -> PayloadDefinition? {
        guard let result = definitions[name] else {
            throw PlaybookError(
                .unknownName, "there is no payload `\(name)`", help: suggestion(for: name, among: definitions.keys))
        }
        return try result.get()
    }

    /// What a step delivers that names a payload.
    ///
    /// - Throws: As ``definition(of:)`` does, and `wrongType` for a payload whose `from` is null.
    func definition(of name: String, at span: SourceSpan) throws(PlaybookError) -> PayloadDefinition {
        do throws(PlaybookError) {
            if let definition = try definition(of: name) { return definition }
        } catch {
            throw error.span == nil
                ? PlaybookError(error.code, error.message, at: span, help: error.help) : error
        }
        throw PlaybookError(
            .wrongType, "the payload `\(name)` comes from nowhere in this run: its `from` is null", at: span,
            help: "give the input that it asks for, or leave the step out with `when`")
    }

    /// What `payloads.NAME` stands for: a mapping, null when it comes from nowhere, nil when it was not opened yet.
    func value(of name: String) throws(PlaybookError) -> Value? {
        if let facts = facts[name] { return facts.value }
        return try definition(of: name) == nil ? .null : nil
    }
}
