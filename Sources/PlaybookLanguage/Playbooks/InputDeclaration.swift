public import SourceText

/// What an input can be.
public enum InputType: String, CaseIterable, Hashable, Sendable {
    /// Text.
    case text
    /// A whole number.
    case integer
    /// A number.
    case number
    /// `true` or `false`.
    case boolean
    /// A file of this machine.
    case file
    /// A folder of this machine.
    case directory
    /// An app of this machine: an APK or a folder of splits.
    case app
    /// A length of time.
    case duration
    /// A number of bytes.
    case size
    /// One of the declared choices.
    case choice
    /// Texts, separated by commas on the command line.
    case list
    /// A text that is not shown while it is typed, nor anywhere else.
    case secret

    /// The type that expressions see.
    public var valueType: ValueType {
        switch self {
        case .text, .file, .directory, .app, .choice: .text
        case .integer: .integer
        case .number: .number
        case .boolean: .boolean
        case .duration: .duration
        case .size: .size
        case .list: .list
        case .secret: .secret
        }
    }

    /// Whether values of it have a least and a most: numbers, durations, sizes, and texts and lists by their length.
    var hasBounds: Bool { self != .boolean && self != .choice && self != .secret && !isPath }

    /// Whether it names something on this machine.
    public var isPath: Bool { self == .file || self == .directory || self == .app }
}

/// One input of a playbook, as it was declared.
public struct InputDeclaration: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What it can be.
    public let type: InputType
    /// Whether it must be given.
    public let isRequired: Bool
    /// Its value when it is not given; null when there is none.
    public let defaultValue: Value
    /// What it is for.
    public let help: String?
    /// The words of a choice, in the order declared.
    public let choices: [String]
    /// The least that it may be; of texts the shortest, of lists the fewest members.
    public let minimum: Value?
    /// The most that it may be.
    public let maximum: Value?
    /// What must be found in a text.
    public let pattern: Pattern?
    /// Where it is declared.
    public let span: SourceSpan
}
