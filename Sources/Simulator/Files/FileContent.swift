public import Crypto
import Synchronization

/// The bytes of a file: all of them, or only what is known about them.
///
/// Immutable, so any number of phones share one. A discarded file reads as zeros of its size.
public final class FileContent: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        case mapped(MappedFile)
        /// Zeros that really are the content, as in a file that was made longer.
        case zeros
        /// Parts of other contents, one after another; none of them is joined itself.
        case joined([ContentSlice])
        /// Bytes that nobody kept.
        case discarded

        var liesInMemory: Bool { if case .bytes = self { true } else { false } }
    }

    /// Bytes of the whole file.
    public let size: UInt64
    let body: Body
    private let known: SHA256Digest?
    /// Computed when somebody asks, once for all phones.
    private let computed = Mutex<SHA256Digest?>(nil)
    /// The same of parts, as phones are asked for the hash of every block of a long file, one phone like the other.
    private let parts = Mutex<[Range<UInt64>: SHA256Digest]>([:])
    /// Digests of parts that are kept.
    private static let mostParts = 1 << 17
    /// Told when the last phone lets go of the content.
    private let registration: Registration?

    /// Where a content is found again by those who would make the same.
    struct Registration: Sendable {
        let store: ContentStore
        let key: ContentStore.Key
    }

    init(_ body: Body, size: UInt64, digest: SHA256Digest?, registration: Registration? = nil) {
        self.body = body
        self.size = size
        self.known = digest
        self.registration = registration
    }

    deinit {
        if let registration { registration.store.forget(registration.key) }
    }

    /// Content made from bytes at hand, outside of any store.
    public static func bytes(_ bytes: [UInt8]) -> FileContent {
        FileContent(.bytes(bytes), size: UInt64(bytes.count), digest: nil)
    }

    /// Zeros, without taking memory for them.
    public static func zeros(_ size: UInt64) -> FileContent {
        FileContent(.zeros, size: size, digest: nil)
    }

    var liesInMemory: Bool { body.liesInMemory }

    /// Whether the bytes themselves are there, and not only their size.
    var isReadable: Bool {
        switch body {
        case .discarded: false
        case .joined(let slices): slices.allSatisfy { $0.content.isReadable }
        case .bytes, .mapped, .zeros: true
        }
    }

    /// The SHA-256 of the bytes; nil for a file that was only counted.
    public var digest: SHA256Digest? {
        if let known { return known }
        guard isReadable else { return nil }
        if let computed = computed.withLock({ $0 }) { return computed }
        let digest: SHA256Digest
        if case .joined(let slices) = body, slices.count == 1, let slice = slices.first {
            digest = slice.content.digest(of: slice.range)
        } else {
            digest = hash(0..<size)
        }
        computed.withLock { $0 = digest }
        return digest
    }

    private func digest(of part: Range<UInt64>) -> SHA256Digest {
        if let known = parts.withLock({ $0[part] }) { return known }
        let digest = hash(part)
        parts.withLock { table in
            if table.count < Self.mostParts { table[part] = digest }
        }
        return digest
    }

    private func hash(_ range: Range<UInt64>) -> SHA256Digest {
        var hash = SHA256()
        eachPart(in: range) { hash.update($0) }
        return hash.finish()
    }

    /// The same content with its bytes let go of.
    func discarded() -> FileContent {
        FileContent(.discarded, size: size, digest: known ?? digest)
    }

    /// The whole as one slice.
    var slice: ContentSlice { ContentSlice(self, 0..<size) }

    private static let nothing = [UInt8](repeating: 0, count: 1 << 16)

    /// Lends `range` of the bytes in as many parts as they lie in, from front to back.
    func eachPart(in range: Range<UInt64>, _ take: (UnsafeRawBufferPointer) -> Void) {
        guard !range.isEmpty else { return }
        switch body {
        case .bytes(let bytes):
            bytes.withUnsafeBytes {
                take(UnsafeRawBufferPointer(rebasing: $0[Int(range.lowerBound)..<Int(range.upperBound)]))
            }
        case .mapped(let file):
            take(UnsafeRawBufferPointer(rebasing: file.buffer[Int(range.lowerBound)..<Int(range.upperBound)]))
        case .zeros, .discarded:
            var left = range.upperBound - range.lowerBound
            Self.nothing.withUnsafeBytes { zeros in
                while left > 0 {
                    let count = min(left, UInt64(zeros.count))
                    take(UnsafeRawBufferPointer(rebasing: zeros[..<Int(count)]))
                    left -= count
                }
            }
        case .joined(let slices):
            for slice in ContentSlice.part(range, of: slices) { slice.content.eachPart(in: slice.range, take) }
        }
    }

    /// Adds `range` of the bytes to `output`.
    func append(_ range: Range<UInt64>, to output: inout [UInt8]) {
        eachPart(in: range) { output.append(contentsOf: $0) }
    }

    /// All bytes at once; for small files and for APKs.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch self.body {
        case .bytes(let bytes): return try bytes.withUnsafeBytes(body)
        case .mapped(let file): return try body(file.buffer)
        case .zeros, .discarded: return try [UInt8](repeating: 0, count: Int(clamping: size)).withUnsafeBytes(body)
        case .joined:
            var bytes: [UInt8] = []
            append(0..<size, to: &bytes)
            return try bytes.withUnsafeBytes(body)
        }
    }

    /// A copy of all bytes.
    var array: [UInt8] { withBytes { Array($0) } }

    /// The bytes as text; what is not UTF-8 is replaced.
    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

/// A part of a content, shared and never copied.
struct ContentSlice: Sendable {
    let content: FileContent
    let range: Range<UInt64>

    init(_ content: FileContent, _ range: Range<UInt64>) {
        self.content = content
        self.range = range
    }

    var count: UInt64 { range.upperBound - range.lowerBound }

    /// The first bytes, at most as many as are there.
    func prefix(_ count: UInt64) -> ContentSlice {
        ContentSlice(content, range.lowerBound..<range.lowerBound + min(count, self.count))
    }

    /// Everything behind the first bytes.
    func dropFirst(_ count: UInt64) -> ContentSlice {
        ContentSlice(content, range.lowerBound + min(count, self.count)..<range.upperBound)
    }

    /// A range of what slices are together, as slices.
    static func part(_ range: Range<UInt64>, of slices: [ContentSlice]) -> [ContentSlice] {
        var found: [ContentSlice] = []
        var start: UInt64 = 0
        for slice in slices {
            let end = start + slice.count
            defer { start = end }
            let overlap = max(range.lowerBound, start)..<max(max(range.lowerBound, start), min(range.upperBound, end))
            guard !overlap.isEmpty else { continue }
            let low = slice.range.lowerBound + (overlap.lowerBound - start)
            found.append(ContentSlice(slice.content, low..<low + UInt64(overlap.count)))
        }
        return found
    }
}
