public import Farm
public import Secrets

/// What kind of thing a value is, as far as it is known before a run.
public enum ValueType: String, Hashable, Sendable {
    /// Not known before the run.
    case any
    /// Nothing.
    case null
    /// `true` or `false`.
    case boolean
    /// A whole number of 64 bits.
    case integer
    /// A number with a fraction.
    case number
    /// Text.
    case text
    /// Several values in order.
    case list
    /// Values by name.
    case map
    /// A length of time.
    case duration
    /// A number of bytes.
    case size
    /// A text that nothing prints.
    case secret

    /// The type in a sentence: `a text`, `true or false`.
    public var phrase: String {
        switch self {
        case .any: "any value"
        case .null: "null"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .map: "a mapping"
        case .duration: "a duration"
        case .size: "a size"
        case .secret: "a secret"
        }
    }
}

/// A value of the playbook language.
public enum Value: Hashable, Sendable {
    /// Nothing, for example an optional input that was not given.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number with a fraction.
    case number(Double)
    /// Text.
    case text(String)
    /// Several values in order.
    case list([Value])
    /// Values by name.
    case map([String: Value])
    /// A length of time.
    case duration(Duration)
    /// A number of bytes.
    case size(ByteCount)
    /// A text that nothing prints, and whatever was made from it.
    case secret(Secret)
    /// What only the run will show, such as the result of a step that a plan did not take.
    case unknown

    /// What kind of value it is.
    public var type: ValueType {
        switch self {
        case .null: .null
        case .boolean: .boolean
        case .integer: .integer
        case .number: .number
        case .text: .text
        case .list: .list
        case .map: .map
        case .duration: .duration
        case .size: .size
        case .secret: .secret
        case .unknown: .any
        }
    }

    /// The value as it stands inside a text, or nil for what has no single spelling: null, lists, mappings, secrets,
    /// and what is not known.
    ///
    /// A duration is its seconds and a size its bytes, which is what commands on a phone understand.
    public var textForm: String? {
        switch self {
        case .null, .list, .map, .secret, .unknown: nil
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): Self.spelled(value)
        case .text(let value): value
        case .duration(let value): Self.seconds(value)
        case .size(let value): String(value.bytes)
        }
    }

    /// Turns a variable of the farm file into a value.
    public init(_ value: FarmValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .integer(let integer): self = .integer(Int64(integer))
        case .number(let number): self = .number(number)
        case .boolean(let boolean): self = .boolean(boolean)
        case .list(let list): self = .list(list.map { Value($0) })
        }
    }

    private static func spelled(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        return "\(number)"
    }

    private static func seconds(_ duration: Duration) -> String {
        let (whole, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return String(whole) }
        var digits = String(1000 + abs(milliseconds)).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        let sign = whole == 0 && milliseconds < 0 ? "-" : ""
        return "\(sign)\(whole).\(digits)"
    }
}
