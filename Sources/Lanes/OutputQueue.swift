import DequeModule

/// Bytes that wait to leave through a stream: own ones, and parts of bytes that many streams share.
public struct OutputQueue {
    private enum Segment {
        case owned([UInt8], from: Int)
        case shared(SharedBytes, Range<Int>)

        var count: Int {
            switch self {
            case .owned(let bytes, let from): bytes.count - from
            case .shared(_, let range): range.count
            }
        }

        func withBytes<Result>(atMost limit: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
            let count = min(count, limit)
            switch self {
            case .owned(let bytes, let from):
                return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[from..<from + count])) }
            case .shared(let shared, let range):
                return shared.withUnsafeBytes(in: range.lowerBound..<range.lowerBound + count, body)
            }
        }
    }

    private var segments = Deque<Segment>()
    /// How many bytes wait.
    public private(set) var byteCount = 0

    /// Whether nothing waits.
    public var isEmpty: Bool { segments.isEmpty }

    /// A queue without bytes.
    public init() {}

    /// Adds bytes.
    public mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        segments.append(.owned(bytes, from: 0))
        byteCount += bytes.count
    }

    /// Adds a part of shared bytes, without a copy.
    public mutating func append(_ shared: SharedBytes, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        segments.append(.shared(shared, range))
        byteCount += range.count
    }

    /// Forgets everything.
    public mutating func removeAll() {
        segments.removeAll()
        byteCount = 0
    }

    /// Writes as much as one call takes, and answers what `writev` does.
    ///
    /// The caller drops what was written.
    func write(to descriptor: CInt, through vectors: IOVectors) -> Int {
        vectors.clear()
        // The queue holds the memory until `drop`, so the pointers outlive their closures.
        for segment in segments {
            guard !vectors.isFull else { break }
            switch segment {
            case .owned(let bytes, let from):
                bytes.withUnsafeBytes { vectors.append(UnsafeRawBufferPointer(rebasing: $0[from...])) }
            case .shared(let shared, let range):
                shared.withUnsafeBytes(in: range) { vectors.append($0) }
            }
        }
        return vectors.write(to: descriptor)
    }

    /// Lends the first bytes, up to `limit`: a long piece as it lies, short ones gathered.
    ///
    /// To be called only when something waits.
    public func withFront<Result>(atMost limit: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard let first = segments.first else { preconditionFailure("nothing waits") }
        guard first.count < limit, segments.count > 1 else { return first.withBytes(atMost: limit, body) }
        return withUnsafeTemporaryAllocation(byteCount: limit, alignment: 8) { gathered in
            var count = 0
            for segment in segments where count < limit {
                segment.withBytes(atMost: limit - count) { piece in
                    UnsafeMutableRawBufferPointer(rebasing: gathered[count...]).copyMemory(from: piece)
                    count += piece.count
                }
            }
            return body(UnsafeRawBufferPointer(rebasing: gathered[..<count]))
        }
    }

    /// Takes off the first bytes, which have left.
    public mutating func drop(_ count: Int) {
        byteCount -= count
        var left = count
        while left > 0, let first = segments.first {
            switch first {
            case .owned(let bytes, let from):
                guard left < bytes.count - from else {
                    left -= bytes.count - from
                    segments.removeFirst()
                    continue
                }
                segments[0] = .owned(bytes, from: from + left)
            case .shared(let shared, let range):
                guard left < range.count else {
                    left -= range.count
                    segments.removeFirst()
                    continue
                }
                segments[0] = .shared(shared, range.lowerBound + left..<range.upperBound)
            }
            left = 0
        }
    }
}
