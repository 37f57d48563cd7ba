import CCrypto

/// SHA-256 over bytes that arrive in pieces.
///
/// The library can refuse a hash only when memory is gone or when it was built without SHA-256. Neither leaves
/// anything that a caller could do, so both end the program with a message, as a failed allocation does.
///
/// Sendable, since there is one owner at a time, and OpenSSL's contexts belong to no thread.
public struct SHA256: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer

    /// Starts with no bytes.
    public init() {
        guard let context = EVP_MD_CTX_new() else { fatalError("SHA-256: out of memory") }
        self.context = context
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            fatalError("\(CryptoError.taking(.library, "start SHA-256"))")
        }
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        guard EVP_DigestUpdate(context, start, bytes.count) == 1 else {
            fatalError("\(CryptoError.taking(.library, "continue SHA-256"))")
        }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of everything added so far; the hash can be continued afterwards only by a new value.
    public consuming func finish() -> SHA256Digest {
        SHA256Digest { output in
            let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard EVP_DigestFinal_ex(context, start, nil) == 1 else {
                fatalError("\(CryptoError.taking(.library, "finish SHA-256"))")
            }
        }
    }

    /// The digest of bytes that are all there.
    public static func hash(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        SHA256Digest { output in
            let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard EVP_Digest(bytes.baseAddress, bytes.count, start, nil, EVP_sha256(), nil) == 1 else {
                fatalError("\(CryptoError.taking(.library, "SHA-256"))")
            }
        }
    }

    /// The digest of bytes that are all there.
    public static func hash(of bytes: [UInt8]) -> SHA256Digest {
        bytes.withUnsafeBytes { hash(of: $0) }
    }

    /// The digest of a text's UTF-8 bytes.
    public static func hash(of text: String) -> SHA256Digest { hash(of: Array(text.utf8)) }
}
