import DequeModule

/// Bytes that wait to leave through a socket: own ones, and parts of bytes that many sockets share.
struct OutputQueue {
    private enum Segment {
        case owned([UInt8], from: Int)
        case shared(SharedBytes, Range<Int>)
    }

    private var segments = Deque<Segment>()
    /// How many bytes wait.
    private(set) var byteCount = 0

    var isEmpty: Bool { segments.isEmpty }

    mutating func append(_ bytes: [UInt8]) {
        segments.append(.owned(bytes, from: 0))
        byteCount += bytes.count
    }

    mutating func append(_ shared: SharedBytes, _ range: Range<Int>) {
        segments.append(.shared(shared, range))
        byteCount += range.count
    }

    mutating func removeAll() {
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

    /// Takes off the first bytes, which have left.
    mutating func drop(_ count: Int) {
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
