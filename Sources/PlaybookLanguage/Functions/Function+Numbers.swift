import Farm
import Glibc

extension Function {
    func apply(toNumber value: Value, _ second: Value) throws(FunctionMistake) -> Value {
        switch (self, value) {
        case (.int, .integer), (.number, .integer), (.number, .number), (.size, .size), (.duration, .duration):
            return value
        case (.int, .number(let number)): return .integer(try whole(number.rounded(.towardZero)))
        case (.abs, .integer(let number)):
            guard number != .min else { throw FunctionMistake(index: 0, "the result does not fit into 64 bits") }
            return .integer(Swift.abs(number))
        case (.abs, .number(let number)): return .number(Swift.abs(number))
        case (.round, .integer): return value
        case (.round, .number(let number)):
            guard second != .null else { return .integer(try whole(number.rounded())) }
            guard let rounded = Double(spelled(number, try digits(second))) else { return value }
            return .number(rounded)
        case (.format, .integer(let number)):
            let digits = try digits(second)
            return .text(digits == 0 ? "\(number)" : "\(number)." + String(repeating: "0", count: digits))
        case (.format, .number(let number)): return .text(spelled(number, try digits(second)))
        default: throw FunctionMistake(index: 0, "\(rawValue)() does not take \(value.type.phrase)")
        }
    }

    /// A number, size or duration out of a text.
    func parsed(_ text: String) throws(FunctionMistake) -> Value {
        switch self {
        case .int:
            // Base ten whatever leads: what a phone prints as 010 is ten.
            if let number = Int64(text) { return .integer(number) }
        case .number:
            if let number = Int64(text) { return .integer(number) }
            if Self.isDecimal(text), let number = Double(text), number.isFinite { return .number(number) }
        case .size: if let size = try? ByteCount(parsing: text) { return .size(size) }
        case .duration: if let duration = try? readDuration(text) { return .duration(duration) }
        default: break
        }
        let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
        let wanted = self == .int ? "a whole number" : self == .number ? "a number" : "a \(rawValue)"
        throw FunctionMistake(index: 0, "`\(shown)` is not \(wanted)")
    }

    /// Not what else a Double can be read from: `nan`, `0x1p3`.
    private static func isDecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "+") || $0 | 0x20 == UInt8(ascii: "e")
        }
    }

    private func whole(_ number: Double) throws(FunctionMistake) -> Int64 {
        guard let whole = Int64(exactly: number) else {
            throw FunctionMistake(index: 0, "the result does not fit into 64 bits")
        }
        return whole
    }

    private func digits(_ value: Value) throws(FunctionMistake) -> Int {
        guard case .integer(let digits) = value, (0...15).contains(digits) else {
            throw FunctionMistake(index: 1, "\(rawValue)() takes 0 to 15 digits")
        }
        return Int(digits)
    }

    private func spelled(_ number: Double, _ digits: Int) -> String {
        // The largest Double has 309 digits before the point.
        var buffer = [CChar](repeating: 0, count: 400)
        let count = withVaList([CInt(digits), number]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
