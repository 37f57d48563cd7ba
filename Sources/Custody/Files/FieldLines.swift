/// A small record as a text: a heading, a line `key value` for each field, and a last line that proves it whole.
///
/// People can read it with `cat`; values may hold anything, since what could end a line is written as `%0A`.
struct FieldLines {
    /// The fields in the order in which they are written; a key may stand several times.
    var fields: [(key: String, value: String)] = []

    init() {}

    subscript(key: String) -> String? { fields.first { $0.key == key }?.value }

    func integer(_ key: String) -> Int64? { self[key].flatMap(Int64.init) }

    mutating func add(_ key: String, _ value: String) { fields.append((key, value)) }

    mutating func add(_ key: String, _ value: Int64) { fields.append((key, "\(value)")) }

    /// The record under a heading such as `drover-lease 1`.
    func text(under heading: String) -> String {
        let body = heading + "\n" + fields.map { "\($0.key) \(Self.escaped($0.value))\n" }.joined()
        return body + "whole \(Self.sum(of: body))\n"
    }

    /// Reads a record; nil when it has another heading or was torn while it was written.
    ///
    /// What follows it is ignored.
    ///
    /// By bytes: to `Character`s a space and an accent that a hostile name begins with would be one.
    init?(reading bytes: [UInt8], under heading: String) {
        var isWhole = false
        bytes.withUnsafeBufferPointer { buffer in
            var start = 0
            while let end = Self.end(of: UInt8(ascii: "\n"), in: buffer, from: start) {
                defer { start = end + 1 }
                let line = UnsafeBufferPointer(rebasing: buffer[start..<end])
                guard start > 0 else {
                    guard String(decoding: line, as: UTF8.self) == heading else { return }
                    continue
                }
                let space = Self.end(of: UInt8(ascii: " "), in: line, from: 0) ?? line.count
                let key = String(decoding: line[..<space], as: UTF8.self)
                let value = String(decoding: line[min(space + 1, line.count)...], as: UTF8.self)
                guard key != "whole" else {
                    isWhole = value == Self.sum(of: UnsafeBufferPointer(rebasing: buffer[..<start]))
                    return
                }
                fields.append((key, Self.unescaped(value)))
            }
        }
        guard isWhole else { return nil }
    }

    private static func end(of byte: UInt8, in buffer: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var place = start
        while place < buffer.count {
            if buffer[place] == byte { return place }
            place += 1
        }
        return nil
    }

    /// The sum of a text.
    static func sum(of text: String) -> String {
        var text = text
        return text.withUTF8 { sum(of: $0) }
    }

    /// FNV-1a over 64 bits: it finds torn records, and defends against nobody.
    private static func sum(of buffer: UnsafeBufferPointer<UInt8>) -> String {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        var place = 0
        while place < buffer.count {
            sum = (sum ^ UInt64(buffer[place])) &* 0x100_0000_01B3
            place += 1
        }
        return String(sum, radix: 16)
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 < 0x20 || $0 == 0x25 || $0 == 0x7F }) else { return value }
        var text: [UInt8] = []
        for byte in value.utf8 {
            guard byte < 0x20 || byte == 0x25 || byte == 0x7F else {
                text.append(byte)
                continue
            }
            let digits = String(byte, radix: 16, uppercase: true)
            text += Array("%\(digits.count < 2 ? "0" : "")\(digits)".utf8)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func unescaped(_ value: String) -> String {
        guard value.utf8.contains(0x25) else { return value }
        var bytes: [UInt8] = []
        var rest = Array(value.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == 0x25, digits.utf8.count == 2, let code = UInt8(digits, radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
