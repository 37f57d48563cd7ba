/// Reads heads of requests.
struct HTTPHeadParser {
    let limits: HTTPLimits
    private static let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

    /// Takes a head off the front of `bytes`; nil as long as it is not whole.
    func takeHead(from bytes: inout IncomingBytes) throws(HTTPProblem) -> HTTPRequestHead? {
        bytes.skipLineEnds()
        guard let length = bytes.distance(to: Self.end) else {
            // The first line may be as long as the target; the fields come on top of it.
            guard bytes.count <= limits.target + limits.head else { throw tooLarge(bytes) }
            return nil
        }
        let lines = Self.lines(bytes.take(length + Self.end.count).dropLast(Self.end.count))
        guard let first = lines.first else { throw .malformed("a request without a first line") }
        return try head(String(decoding: first, as: UTF8.self), lines.dropFirst())
    }

    private func tooLarge(_ bytes: IncomingBytes) -> HTTPProblem {
        bytes.distance(to: [0x0D, 0x0A]).map { $0 > limits.target } ?? true ? .targetTooLong : .fieldsTooLarge
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { $0.last == 0x0D ? $0.dropLast() : $0 }
    }

    private func head(_ first: String, _ lines: ArraySlice<ArraySlice<UInt8>>) throws(HTTPProblem) -> HTTPRequestHead {
        let words = first.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, !words[1].isEmpty else { throw .malformed("a bad first line") }
        guard words[1].utf8.count <= limits.target else { throw .targetTooLong }
        guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else { throw .malformed("an unknown version") }
        guard lines.reduce(0, { $0 + $1.count + 2 }) <= limits.head else { throw .fieldsTooLarge }
        var fields: [HTTPRequestHead.Field] = []
        for line in lines { fields.append(try field(line)) }
        return HTTPRequestHead(
            method: String(words[0]), target: String(words[1]), minorVersion: words[2].hasSuffix("1") ? 1 : 0,
            fields: fields)
    }

    private func field(_ line: ArraySlice<UInt8>) throws(HTTPProblem) -> HTTPRequestHead.Field {
        guard line.count <= limits.field else { throw .fieldsTooLarge }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
            throw .malformed("a header line without a name")
        }
        let name = line[..<colon]
        // A blank before the colon, or a line that goes on the one before, is how requests are smuggled.
        guard name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .malformed("a bad header name") }
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let value = line[(colon + 1)...].drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        return HTTPRequestHead.Field(
            name: String(decoding: name, as: UTF8.self), value: String(decoding: Array(value), as: UTF8.self))
    }
}
