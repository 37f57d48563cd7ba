import CCrypto

/// What went wrong in a cryptographic operation.
public struct CryptoError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case library, badKey, encryptedKey, wrongPassphrase, wrongKeyType, badLength, badCertificate
        }
        private let value: Value

        /// The library refused an operation that should have worked.
        public static var library: Self { .init(value: .library) }
        /// The bytes are no key that can be read.
        public static var badKey: Self { .init(value: .badKey) }
        /// The key is protected by a passphrase.
        public static var encryptedKey: Self { .init(value: .encryptedKey) }
        /// The key is protected by another passphrase than the one that was given.
        public static var wrongPassphrase: Self { .init(value: .wrongPassphrase) }
        /// The key can be read but is not RSA with 2048 bits.
        public static var wrongKeyType: Self { .init(value: .wrongKeyType) }
        /// A value of fixed size, such as a token, has another length.
        public static var badLength: Self { .init(value: .badLength) }
        /// The bytes are no certificate or signature block that can be read.
        public static var badCertificate: Self { .init(value: .badCertificate) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done, such as "read private key".
    public let operation: String
    /// Why it failed, in the library's words where it gave any.
    public let reason: String

    init(_ code: Code, _ operation: String, reason: String) {
        self.code = code
        self.operation = operation
        self.reason = reason
    }

    /// Takes the library's latest reason off this thread's queue, which the next call would overwrite.
    static func taking(_ code: Code, _ operation: String) -> CryptoError {
        var latest: UInt = 0
        while true {
            let number = ERR_get_error()
            if number == 0 { break }
            latest = number
        }
        guard latest != 0 else { return CryptoError(code, operation, reason: "no reason given") }
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(latest, &text, text.count)
        return CryptoError(
            code, operation,
            reason: text.withUnsafeBufferPointer { buffer in
                String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            })
    }
}

extension CryptoError: CustomStringConvertible {
    /// One line: the operation and the reason.
    public var description: String { "\(operation): \(reason)" }
}
