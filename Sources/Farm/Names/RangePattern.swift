/// A text in which brackets stand for ranges of digits: `px8-[01-24]`, `10.0.[4-5].[11-34]`.
struct RangePattern: Hashable, Sendable {
    /// A piece of the text.
    enum Part: Hashable, Sendable {
        case literal(String)
        /// The numbers from `lower` to `upper`, written with at least `width` digits.
        case digits(lower: Int, upper: Int, width: Int)
    }

    /// More names than this are a slip of the finger, and memory is not spent on them.
    static let maximumCount = 100_000

    let text: String
    let parts: [Part]
    /// How many texts it stands for.
    let count: Int

    /// - Parameter allowsIPv6: Whether brackets with a colon inside are part of an address and stay as they are.
    init(parsing text: String, allowsIPv6: Bool = false) throws(FarmError) {
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var literalStart = 0
        var place = 0
        var count = 1
        func literal(upTo end: Int) {
            guard literalStart < end else { return }
            parts.append(.literal(String(decoding: bytes[literalStart..<end], as: UTF8.self)))
        }
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "]") {
                throw FarmError(.badRange, text, at: place..<place + 1, "this bracket was never opened")
            }
            guard bytes[place] == UInt8(ascii: "[") else {
                place += 1
                continue
            }
            guard let close = bytes[place...].firstIndex(of: UInt8(ascii: "]")) else {
                throw FarmError(.badRange, text, at: place..<place + 1, "this bracket is never closed")
            }
            if allowsIPv6, bytes[place..<close].contains(UInt8(ascii: ":")) {
                place = close + 1
                continue
            }
            literal(upTo: place)
            let (part, size) = try Self.digits(bytes, place, close, of: text)
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= Self.maximumCount else {
                throw FarmError(
                    .tooManyNames, text, at: place..<close + 1,
                    "the brackets stand for more than \(Self.maximumCount) names")
            }
            count = product
            parts.append(part)
            place = close + 1
            literalStart = place
        }
        literal(upTo: bytes.count)
        self.text = text
        self.parts = parts
        self.count = count
    }

    /// Reads what stands between the brackets at `open` and `close`; the second value is the number of numbers.
    private static func digits(
        _ bytes: [UInt8], _ open: Int, _ close: Int, of text: String
    ) throws(FarmError) -> (Part, Int) {
        let span = open..<close + 1
        let ends = bytes[open + 1..<close].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isNumber = ends.allSatisfy { !$0.isEmpty && $0.count <= 18 && $0.allSatisfy { (0x30...0x39).contains($0) } }
        guard isNumber else {
            throw FarmError(
                .badRange, text, at: span, "brackets hold a range of digits and nothing else",
                suggestion: "such as [01-24]")
        }
        let words = ends.map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 2, let lower = Int(words[0]), let upper = Int(words[1]) else {
            throw FarmError(
                .badRange, text, at: span, "a range has two ends", suggestion: "such as [\(words[0])-\(words[0])]")
        }
        guard lower <= upper else {
            throw FarmError(
                .badRange, text, at: span, "the range runs backwards",
                suggestion: "did you mean [\(words[1])-\(words[0])]?")
        }
        let isPadded = words[0].count > 1 && words[0].hasPrefix("0")
        let isUpperPadded = words[1].count > 1 && words[1].hasPrefix("0")
        guard words[1].count >= words[0].count, !isUpperPadded || words[0].count == words[1].count else {
            throw FarmError(
                .badRange, text, at: span, "both ends of a range with leading zeros have the same number of digits")
        }
        return (.digits(lower: lower, upper: upper, width: isPadded ? words[0].count : 1), upper - lower + 1)
    }

    /// Whether there is anything to expand.
    var hasRange: Bool { count > 1 || parts.contains { if case .digits = $0 { true } else { false } } }

    /// All texts, the last brackets running fastest.
    var expanded: [String] {
        var texts = [""]
        for part in parts {
            switch part {
            case .literal(let literal):
                for index in texts.indices { texts[index] += literal }
            case .digits(let lower, let upper, let width):
                var longer: [String] = []
                longer.reserveCapacity(texts.count * (upper - lower + 1))
                for text in texts {
                    for number in lower...upper { longer.append(text + Self.padded(number, to: width)) }
                }
                texts = longer
            }
        }
        return texts
    }

    /// A number with at least `width` digits.
    static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
