public import Farm
public import SourceText

/// A payload that a playbook declares, before the values of a run are put in.
public struct PayloadDeclaration: Sendable {
    /// Its name, as in `payloads.NAME` and `payload: NAME`.
    public let name: String
    /// Where it is declared.
    public let span: SourceSpan
    /// Where it comes from; a relative path that is written out starts at the playbook's folder.
    public let from: Argument<String>
    /// The checksum that is due; nil when none is given.
    let sha256: Argument<String>?
    /// Everything else, which is the same in every run.
    let rest: PayloadDefinition

    /// How its files are put together.
    public var pack: PayloadDefinition.Packing { rest.pack }

    /// The payload with the values of a run put in; nil when `from` is null, as an input is that was not given.
    ///
    /// - Parameter shared: What all phones have in common; a payload is the same for all of them.
    /// - Throws: What its expressions throw, and `wrongType` for a place or a checksum that cannot be.
    public func definition(in shared: SharedScope) throws(PlaybookError) -> PayloadDefinition? {
        let scope = Scope(shared)
        guard let place = try valueForAll(from, in: scope) else { return nil }
        var definition = rest
        definition.from = place
        if let sha256 { definition.sha256 = try valueForAll(sha256, in: scope) }
        let mistakes = PayloadPlace.mistakes(in: definition)
        if let mistake = mistakes.first {
            throw PlaybookError(.wrongType, mistake.message, at: from.span, help: mistake.help)
        }
        return definition
    }

    private func valueForAll(_ argument: Argument<String>, in scope: Scope) throws(PlaybookError) -> String? {
        do throws(PlaybookError) {
            return try argument.optionalValue(in: scope)
        } catch {
            guard error.code == .unknownName || error.code == .nullInText else { throw error }
            throw PlaybookError(
                error.code, "the payload `\(name)` is the same for all phones: \(error.message)", at: error.span,
                help: error.help ?? "ask for inputs, or for variables that do not depend on a phone")
        }
    }
}
