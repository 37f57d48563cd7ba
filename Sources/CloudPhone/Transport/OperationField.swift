/// One named value of a query, a body or an answer.
public struct OperationField: Hashable, Sendable {
    /// What a value can be.
    public indirect enum Kind: Hashable, Sendable {
        /// A text.
        case text
        /// A whole number.
        case integer
        /// `true` or `false`.
        case boolean
        /// Texts by name.
        case textMap
        /// Several values.
        case list(Kind)
        /// Values by name.
        case object([OperationField])
    }

    /// Its name.
    public let name: String
    /// What it can be.
    public let kind: Kind
    /// Whether a call without it is refused.
    public let isRequired: Bool
    /// What it must be beyond its type; nil where the documents say nothing.
    public private(set) var rule: FieldRule?
    /// What it is for, where its name does not say it.
    public private(set) var purpose: String?
    /// Whether an answer's value lets in whoever has it, so that it is shown to nobody.
    public let isSecret: Bool

    /// Describes a field.
    public init(_ name: String, _ kind: Kind, isRequired: Bool = false, isSecret: Bool = false) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.isSecret = isSecret
    }

    /// A text.
    public static func text(_ name: String) -> Self { Self(name, .text) }
    /// A whole number.
    public static func integer(_ name: String) -> Self { Self(name, .integer) }
    /// A flag.
    public static func boolean(_ name: String) -> Self { Self(name, .boolean) }
    /// Several texts.
    public static func texts(_ name: String) -> Self { Self(name, .list(.text)) }
    /// Several objects.
    public static func objects(_ name: String, _ fields: [OperationField]) -> Self {
        Self(name, .list(.object(fields)))
    }

    /// An object.
    public static func object(_ name: String, _ fields: [OperationField]) -> Self { Self(name, .object(fields)) }
    /// So many entries of a page at most.
    public static func pageSize(_ most: Int) -> Self { integer("limit").ruled(.pageSize(most)) }
    /// Where a page begins.
    public static var pageStart: Self { integer("offset").ruled(.pageStart) }

    /// The same, and a call without it is refused.
    public var required: Self {
        var field = Self(name, kind, isRequired: true, isSecret: isSecret)
        field.rule = rule
        field.purpose = purpose
        return field
    }

    /// The same with a rule, and with what it is for.
    public func ruled(_ rule: FieldRule?, _ purpose: String? = nil) -> Self {
        var field = self
        field.rule = rule
        field.purpose = purpose
        return field
    }

    /// The one text that it can have, so that nobody need give it.
    var onlyText: String? {
        guard isRequired, case .oneOf(let texts) = rule, texts.count == 1 else { return nil }
        return texts[0]
    }
}
