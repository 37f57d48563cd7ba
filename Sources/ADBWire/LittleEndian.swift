extension UnsafeRawBufferPointer {
    /// Reads a little-endian number at any alignment; the caller has checked that it is there.
    func little<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
        T(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// The first `count` bytes, taken off the front of this buffer; fewer when fewer are there.
    mutating func takeFirst(_ count: Int) -> UnsafeRawBufferPointer {
        let taken = Swift.min(count, self.count)
        let head = UnsafeRawBufferPointer(rebasing: self[..<taken])
        self = UnsafeRawBufferPointer(rebasing: self[taken...])
        return head
    }
}

extension [UInt8] {
    /// Appends a number in little-endian order.
    mutating func appendLittle<T: FixedWidthInteger>(_ value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
