public import SourceText

/// An argument of a step: it stands in the playbook, or is computed on each phone.
///
/// Read once per playbook, evaluated once per phone with ``value(in:)``.
public struct Argument<Result: Sendable>: Sendable {
    /// Where it stands.
    public let span: SourceSpan
    /// The value, when it is the same on every phone and known already.
    public let literal: Result?
    private let source: ValueSource
    private let kind: ArgumentKind<Result>

    init(_ source: ValueSource, literal: Result?, kind: ArgumentKind<Result>, span: SourceSpan) {
        self.source = source
        self.literal = literal
        self.kind = kind
        self.span = span
    }

    /// An argument that is final, such as a default or an option of a command.
    public init(_ value: Result, at span: SourceSpan? = nil) {
        self.init(
            .value(.null), literal: value,
            kind: ArgumentKind("a value", types: [], isText: false) { _ throws(TextMistake) in value },
            span: span ?? .whole("", named: "default"))
    }

    /// The value on one phone.
    ///
    /// - Throws: What its expressions throw, and `wrongType` when the value is not what the step needs.
    public func value(in scope: Scope) throws(PlaybookError) -> Result {
        if let literal { return literal }
        var evaluation = Evaluation(scope: scope)
        return try value(&evaluation)
    }

    /// The value on one phone, nil when it is null, as an optional input that was not given is.
    ///
    /// - Throws: As ``value(in:)`` does.
    public func optionalValue(in scope: Scope) throws(PlaybookError) -> Result? {
        if let literal { return literal }
        var evaluation = Evaluation(scope: scope)
        let value = try source.value(&evaluation)
        return value == .null ? nil : try converted(value, scope)
    }

    /// The text of the argument as it was written, for headings and plans.
    public var sourceText: String {
        switch source {
        case .expression(let expression): expression.sourceText
        case .template(let template): template.source
        default: literal.map { ($0 as? Duration).map(durationText) ?? "\($0)" } ?? span.text
        }
    }

    func value(_ evaluation: inout Evaluation) throws(PlaybookError) -> Result {
        if let literal { return literal }
        return try converted(try source.value(&evaluation), evaluation.scope)
    }

    private func converted(_ value: Value, _ scope: Scope) throws(PlaybookError) -> Result {
        let isSecret = value.firstSecret != nil
        // A list may hold secrets where any member will do.
        let mayHold = kind.types.contains(.secret) || Result.self == Value.self && kind.types.contains(value.type)
        guard !isSecret || mayHold else {
            throw PlaybookError(.wrongType, "\(kind.phrase) is needed, a secret cannot be one", at: span)
        }
        // Who takes any value takes these as they are, and remains bound to hide them.
        if Result.self == Value.self, isSecret || value.holdsUnknown, let same = value as? Result { return same }
        if value.holdsUnknown { throw PlaybookError.notKnownYet(at: span) }
        if case .text(let text) = value { try scope.checkKept(text, at: span) }
        do throws(TextMistake) {
            return try kind.convert(isSecret ? (scope.isForPeople ? value.masked : value.revealed) : value)
        } catch {
            // What is wrong with a secret cannot be told with the secret in the message.
            if isSecret { throw PlaybookError(.wrongType, "the secret is not \(kind.phrase)", at: span) }
            throw PlaybookError(.wrongType, error.message, at: span, help: error.help)
        }
    }
}
