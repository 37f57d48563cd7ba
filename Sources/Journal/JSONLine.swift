import JSON
import Secrets

/// Writes one flat line of JSON into bytes, without Foundation.
///
/// Foundation's encoder costs some 20 µs a line, which a thousand phones would feel; this one costs about one.
struct JSONLine {
    private(set) var bytes: [UInt8] = []
    /// Whether the next key or element stands first in its object or array, and so needs no comma before it.
    private var isFirst = true
    private let redactor: Redactor

    init(redactor: Redactor = Redactor(), capacity: Int = 512) {
        self.redactor = redactor
        bytes.reserveCapacity(capacity)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isFirst = true
    }

    mutating func append(raw text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(raw more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func object(_ body: (inout Self) -> Void) { nested(UInt8(ascii: "{"), UInt8(ascii: "}"), body) }
    mutating func array(_ body: (inout Self) -> Void) { nested(UInt8(ascii: "["), UInt8(ascii: "]"), body) }

    private mutating func nested(_ open: UInt8, _ close: UInt8, _ body: (inout Self) -> Void) {
        bytes.append(open)
        isFirst = true
        body(&self)
        bytes.append(close)
        isFirst = false
    }

    /// Writes the comma before an element of an array.
    mutating func element() { separate() }

    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(raw: name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a key that is not known to be free of characters that need escaping.
    mutating func key(named name: String) {
        separate()
        value(name)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func value(_ flag: Bool) { if flag { append(raw: "true") } else { append(raw: "false") } }
    mutating func null() { append(raw: "null") }

    mutating func value(_ number: some FixedWidthInteger) {
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        let negative = number < 0
        var rest = UInt64(number.magnitude)
        if negative { bytes.append(UInt8(ascii: "-")) }
        withUnsafeMutableBytes(of: &digits) { buffer in
            var position = buffer.count
            repeat {
                position -= 1
                buffer[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: buffer[position...])
        }
    }

    mutating func value(_ number: Double) {
        // JSON has no spelling for these, and none of them is a sensible output.
        guard number.isFinite else { return null() }
        bytes.append(contentsOf: number.description.utf8)
    }

    mutating func value(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = redactor.redacting(text)
        text.withUTF8 { escape($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Copies runs of harmless bytes whole and spells out the others; a phone's control characters never stand raw in the file.
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for position in text.indices {
            let byte = text[position]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0x7f { continue }
            bytes.append(contentsOf: text[start..<position])
            start = position + 1
            bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
            case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
            case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
            case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
            default:
                append(raw: "u00")
                bytes.append(Self.hexDigit(byte >> 4))
                bytes.append(Self.hexDigit(byte & 15))
            }
        }
        bytes.append(contentsOf: text[start...])
    }

    static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private mutating func separate() {
        if isFirst { isFirst = false } else { bytes.append(UInt8(ascii: ",")) }
    }
}

extension JSONLine {
    mutating func field(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        key(name)
        value(text)
    }

    mutating func field(_ name: StaticString, _ number: (some FixedWidthInteger)?) {
        guard let number else { return }
        key(name)
        value(number)
    }

    mutating func field(_ name: StaticString, _ texts: [String: String]) {
        key(name)
        object { line in
            for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
                line.key(named: name)
                line.value(text)
            }
        }
    }

    mutating func field(_ name: StaticString, _ texts: [String]) {
        key(name)
        array { line in
            for text in texts {
                line.element()
                line.value(text)
            }
        }
    }
}

extension JSONLine {
    /// Writes any piece of JSON, the members of mappings sorted by name.
    mutating func write(_ piece: JSONValue) {
        switch piece {
        case .null: null()
        case .boolean(let flag): value(flag)
        case .integer(let number): value(number)
        case .unsigned(let number): value(number)
        case .number(let number): value(number)
        case .text(let text): value(text)
        case .array(let members):
            array { line in
                for member in members {
                    line.element()
                    line.write(member)
                }
            }
        case .object(let members):
            object { line in
                for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                    line.key(named: name)
                    line.write(member)
                }
            }
        }
    }
}
