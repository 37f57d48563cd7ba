/// An expression that picks phones, or encoders: `studio-a and not rack-3-[01-04]`, `pixel, gold`, `sdk=33..`.
///
/// It is parsed once, bound to a farm with ``Inventory/bind(_:picking:isLimit:beforeDiscovery:)``, and then evaluated.
public struct PhoneSelector: Hashable, Sendable, CustomStringConvertible {
    /// The selector as it was written.
    public let text: String
    let root: SelectorNode

    /// Reads a selector.
    ///
    /// - Throws: ``FarmError`` with the place of the mistake; an empty text is ``FarmError/Code/emptySelector`` and never
    ///   means all.
    public init(parsing text: String) throws(FarmError) {
        var parser = SelectorParser(tokens: try SelectorTokens.of(text), text: text)
        root = try parser.parse()
        self.text = text
    }

    /// The selector as it was written.
    public var description: String { text }

    /// Whether the first was written like the second.
    public static func == (first: Self, second: Self) -> Bool { first.text == second.text }

    /// Hashes what was written.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// What a selector says, as a tree; spans count UTF-8 bytes of its text.
indirect enum SelectorNode: Sendable {
    /// How many phones a `pick` takes.
    enum Amount: Hashable, Sendable, CustomStringConvertible {
        case count(Int)
        /// 1 to 100 percent of the candidates, rounded up.
        case percent(Int)

        var description: String {
            switch self {
            case .count(let number): "\(number)"
            case .percent(let number): "\(number)%"
            }
        }
    }

    case all
    /// A name, a range of names, or a glob.
    case name(String, at: Range<Int>)
    case property(PropertyCondition, at: Range<Int>)
    case state(PhoneState)
    case not(SelectorNode)
    case and([SelectorNode])
    case or([SelectorNode])
    /// Without `from`, of everything that is chosen from.
    case pick(Amount, from: SelectorNode?)
}
