public import Crypto

/// The bytes of a file: all of them, or only what is known about them.
///
/// Immutable, so any number of phones share one. A discarded file reads as zeros of its size.
public final class FileContent: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        case mapped(MappedFile)
        case discarded
    }

    /// Bytes of the whole file.
    public let size: UInt64
    let body: Body
    private let known: SHA256Digest?
    /// Told when the last phone lets go of the content.
    private let store: ContentStore?

    init(_ body: Body, size: UInt64, digest: SHA256Digest?, store: ContentStore? = nil) {
        self.body = body
        self.size = size
        self.known = digest
        self.store = store
    }

    deinit {
        if let store, let known { store.forget(known) }
    }

    /// Content made from bytes at hand, outside of any store.
    public static func bytes(_ bytes: [UInt8]) -> FileContent {
        FileContent(.bytes(bytes), size: UInt64(bytes.count), digest: nil)
    }

    /// Zeros, without taking memory for them.
    public static func zeros(_ size: UInt64) -> FileContent {
        FileContent(.discarded, size: size, digest: nil)
    }

    /// Whether the bytes themselves are there, and not only their size.
    var isReadable: Bool { if case .discarded = body { false } else { true } }

    /// The SHA-256 of the bytes; nil for a file that was only counted.
    public var digest: SHA256Digest? {
        if let known { return known }
        switch body {
        case .bytes(let bytes): return SHA256.hash(of: bytes)
        case .mapped(let file): return SHA256.hash(of: file.buffer)
        case .discarded: return nil
        }
    }

    /// The same content with its bytes let go of.
    func discarded() -> FileContent {
        FileContent(.discarded, size: size, digest: known ?? digest)
    }

    /// Adds `range` of the bytes to `output`.
    func append(_ range: Range<UInt64>, to output: inout [UInt8]) {
        let low = Int(range.lowerBound)
        let high = Int(range.upperBound)
        switch body {
        case .bytes(let bytes): output.append(contentsOf: bytes[low..<high])
        case .mapped(let file): output.append(contentsOf: UnsafeRawBufferPointer(rebasing: file.buffer[low..<high]))
        case .discarded: output.append(contentsOf: repeatElement(0, count: high - low))
        }
    }

    /// All bytes at once; for small files and for APKs.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch self.body {
        case .bytes(let bytes): try bytes.withUnsafeBytes(body)
        case .mapped(let file): try body(file.buffer)
        case .discarded: try [UInt8](repeating: 0, count: Int(clamping: size)).withUnsafeBytes(body)
        }
    }

    /// The bytes as text; what is not UTF-8 is replaced.
    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
