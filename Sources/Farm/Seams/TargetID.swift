/// What a run acts on: one phone, server or encoder, by kind and name.
public struct TargetID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The kinds of things that steps can act on.
    public enum Kind: String, Hashable, Sendable, CustomStringConvertible {
        /// One Android phone.
        case phone
        /// A machine that carries phones.
        case server
        /// An encode service reached over SSH.
        case encoder

        /// The word for one of them.
        public var description: String { rawValue }
    }

    /// The kind; step kinds declare which they act on.
    public let kind: Kind
    /// The name in the farm file, such as `px8-07`; unique over all kinds.
    public let name: String

    /// Names one target.
    public init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    /// Names one phone.
    public static func phone(_ name: String) -> Self { Self(kind: .phone, name: name) }

    /// The name alone, as people write it.
    public var description: String { name }

    /// By name, then by kind.
    public static func < (left: Self, right: Self) -> Bool {
        (left.name, left.kind.rawValue) < (right.name, right.kind.rawValue)
    }
}
