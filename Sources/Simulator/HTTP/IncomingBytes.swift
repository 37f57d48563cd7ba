/// Bytes that have arrived and are not yet understood; taking from the front costs nothing.
struct IncomingBytes {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

    /// How many bytes stand before `mark`; nil when it has not arrived.
    func distance(to mark: [UInt8]) -> Int? {
        guard count >= mark.count else { return nil }
        return bytes.withUnsafeBytes { all in
            var place = start
            while place <= all.count - mark.count {
                if all[place] == mark[0], (1..<mark.count).allSatisfy({ all[place + $0] == mark[$0] }) {
                    return place - start
                }
                place += 1
            }
            return nil
        }
    }

    /// Empty lines before a request are of no meaning (RFC 9112, 2.2).
    mutating func skipLineEnds() {
        while start < bytes.count, bytes[start] == 0x0D || bytes[start] == 0x0A { start += 1 }
        tidy()
    }

    /// Takes up to `length` bytes off the front.
    mutating func take(_ length: Int) -> ArraySlice<UInt8> {
        let end = min(start + length, bytes.count)
        let taken = bytes[start..<end]
        start = end
        let copy = ArraySlice(Array(taken))
        tidy()
        return copy
    }

    private mutating func tidy() {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
            start = 0
        } else if start > 64 << 10 {
            bytes.removeFirst(start)
            start = 0
        }
    }
}
