/// Bytes that wait for credit: appended at the end, taken from the front, without moving the rest each time.
struct OutgoingBytes {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ more: [UInt8]) {
        if isEmpty {
            bytes = more
            start = 0
        } else {
            bytes.append(contentsOf: more)
        }
    }

    /// Lets `body` append in place.
    mutating func append(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

    /// Takes bytes from the front and adds them to `output`.
    mutating func take(_ count: Int, into output: inout [UInt8]) {
        output.append(contentsOf: bytes[start..<start + count])
        start += count
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 4 << 20)
            start = 0
        } else if start > 1 << 20 {
            bytes.removeFirst(start)
            start = 0
        }
    }

    mutating func removeAll() {
        bytes = []
        start = 0
    }
}
