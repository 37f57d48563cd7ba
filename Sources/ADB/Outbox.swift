import DequeModule
import Lanes

/// Bytes of a stream that wait for credit: small ones of its own, big ones shared by all phones.
struct Outbox {
    enum Piece {
        case owned([UInt8])
        case shared(SharedBytes, Range<Int>)
    }

    private var pieces = Deque<Piece>()
    /// Bytes waiting.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Joins small pieces, so that a packet is made of few of them.
    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        count += bytes.count
        if bytes.count < 1024, let last = pieces.popLast() {
            if case .owned(var joined) = last, joined.count < 4096 {
                joined.append(contentsOf: bytes)
                pieces.append(.owned(joined))
                return
            }
            pieces.append(last)
        }
        pieces.append(.owned(bytes))
    }

    mutating func append(_ shared: SharedBytes, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        count += range.count
        pieces.append(.shared(shared, range))
    }

    /// Takes exactly `wanted` bytes, which must be there, off the front.
    mutating func take(_ wanted: Int, _ body: (Piece) -> Void) {
        count -= wanted
        var left = wanted
        while left > 0, let piece = pieces.popFirst() {
            switch piece {
            case .owned(let bytes) where bytes.count <= left:
                left -= bytes.count
                body(piece)
            case .owned(let bytes):
                body(.owned(Array(bytes[..<left])))
                pieces.prepend(.owned(Array(bytes[left...])))
                left = 0
            case .shared(_, let range) where range.count <= left:
                left -= range.count
                body(piece)
            case .shared(let shared, let range):
                let middle = range.lowerBound + left
                body(.shared(shared, range.lowerBound..<middle))
                pieces.prepend(.shared(shared, middle..<range.upperBound))
                left = 0
            }
        }
    }

    /// The sum of the next `wanted` bytes, for phones that check it.
    func checksum(_ wanted: Int, sum: (UnsafeRawBufferPointer) -> UInt32) -> UInt32 {
        var total: UInt32 = 0
        var left = wanted
        for piece in pieces where left > 0 {
            switch piece {
            case .owned(let bytes):
                total &+= bytes.prefix(left).withUnsafeBytes(sum)
                left -= min(left, bytes.count)
            case .shared(let shared, let range):
                let part = range.prefix(left)
                total &+= shared.withUnsafeBytes(in: part.startIndex..<part.endIndex, sum)
                left -= part.count
            }
        }
        return total
    }

    mutating func removeAll() {
        pieces.removeAll()
        count = 0
    }
}
