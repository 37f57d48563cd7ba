/// Bytes that break the rules of the protocol they claim to speak.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of rule was broken; more kinds may follow.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case badMagic, payloadTooLong, payloadLimitTooSmall, lengthOutOfRange, unexpectedReply, malformed,
                pathTooLong
        }
        private let value: Value

        /// A header whose magic is not the inverse of its command: the byte stream is out of step.
        public static var badMagic: Self { .init(value: .badMagic) }
        /// A header that announces more bytes than the connection allows.
        public static var payloadTooLong: Self { .init(value: .payloadTooLong) }
        /// A peer that accepts less than the 4096 bytes every version must accept.
        public static var payloadLimitTooSmall: Self { .init(value: .payloadLimitTooSmall) }
        /// A length inside a payload that no honest peer sends.
        public static var lengthOutOfRange: Self { .init(value: .lengthOutOfRange) }
        /// An answer that does not belong to the question.
        public static var unexpectedReply: Self { .init(value: .unexpectedReply) }
        /// Text or a field that cannot be read.
        public static var malformed: Self { .init(value: .malformed) }
        /// A path longer than the protocol carries.
        public static var pathTooLong: Self { .init(value: .pathTooLong) }
    }

    /// The rule that was broken.
    public let code: Code
    /// The field or message it was found in, for people.
    public let context: String
    /// The offending number, when there is one.
    public let value: UInt64?

    /// Makes an error that names the broken rule and where it was found.
    public init(_ code: Code, _ context: String, value: UInt64? = nil) {
        self.code = code
        self.context = context
        self.value = value
    }

    /// The context and the number, without the code.
    public var description: String {
        value.map { "\(context) (0x\(String($0, radix: 16)))" } ?? context
    }
}
