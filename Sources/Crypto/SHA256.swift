import CCrypto
import CSHA256

/// SHA-256 over bytes that arrive in pieces.
///
/// Where the processor has instructions for it they are used here, which allows to hash two streams at once: see
/// ``update(_:_:and:_:)``. Elsewhere OpenSSL hashes.
///
/// The library can refuse a hash only when memory is gone or when it was built without SHA-256. Neither leaves
/// anything that a caller could do, so both end the program with a message, as a failed allocation does.
///
/// Sendable, since there is one owner at a time, and OpenSSL's contexts belong to no thread.
public struct SHA256: ~Copyable, @unchecked Sendable {
    /// Asked once: in a virtual machine the question takes as long as hashing 50 KB.
    static let hasInstructions = drover_sha256_is_supported()

    var blocks = SHA256Blocks()
    /// OpenSSL's own state; nil where the instructions are used.
    private let context: OpaquePointer?

    /// Starts with no bytes.
    public init() { self.init(withInstructions: Self.hasInstructions) }

    /// Starts with no bytes, and with OpenSSL if asked.
    init(withInstructions: Bool) {
        if withInstructions {
            context = nil
            return
        }
        guard let context = EVP_MD_CTX_new() else { fatalError("SHA-256: out of memory") }
        self.context = context
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            fatalError("\(CryptoError.taking(.library, "start SHA-256"))")
        }
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Whether the processor's instructions are used.
    var isDirect: Bool { context == nil }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let context else { return blocks.update(bytes) }
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
        guard let context else { return blocks.finish() }
        return SHA256Digest { output in
            let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard EVP_DigestFinal_ex(context, start, nil) == 1 else {
                fatalError("\(CryptoError.taking(.library, "finish SHA-256"))")
            }
        }
    }

    /// The digest of bytes that are all there.
    public static func hash(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of bytes that are all there.
    public static func hash(of bytes: [UInt8]) -> SHA256Digest {
        bytes.withUnsafeBytes { hash(of: $0) }
    }

    /// The digest of a text's UTF-8 bytes.
    public static func hash(of text: String) -> SHA256Digest { hash(of: Array(text.utf8)) }
}
