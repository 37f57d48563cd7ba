/// Finds the bytes of a body in the stream of a connection: by a length, or in chunks.
struct HTTPBodyParser {
    private enum Place {
        case plain(Int)
        case chunkSize([UInt8])
        case chunk(Int)
        case chunkEnd([UInt8])
        case trailer(line: Int, total: Int)
        case done
    }

    /// The length that the head told; nil for chunks.
    let declaredLength: Int?
    private var place: Place

    /// Judges the fields that say how long the body is.
    init(_ head: HTTPRequestHead) throws(HTTPProblem) {
        let lengths = Set(head.values(of: "Content-Length"))
        if let coding = head.value(of: "Transfer-Encoding") {
            guard lengths.isEmpty else { throw .malformed("both a length and a coding of the body") }
            guard coding.lowercased() == "chunked" else { throw .malformed("an unknown coding of the body") }
            declaredLength = nil
            place = .chunkSize([])
            return
        }
        guard lengths.count < 2 else { throw .malformed("several lengths of the body") }
        let text = lengths.first ?? "0"
        guard let length = Int(text), length >= 0, !text.hasPrefix("+") else { throw .malformed("a bad length") }
        declaredLength = length
        place = length == 0 ? .done : .plain(length)
    }

    var isDone: Bool { if case .done = place { true } else { false } }

    /// Takes what belongs to the body off the front of `bytes` and lends it, piece by piece.
    mutating func consume(
        _ bytes: inout UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(HTTPProblem) -> Void
    ) throws(HTTPProblem) {
        while !isDone, let first = bytes.first {
            switch place {
            case .plain(let left):
                let piece = Self.take(min(left, bytes.count), from: &bytes)
                place = piece.count == left ? .done : .plain(left - piece.count)
                try body(piece)
            case .chunk(let left):
                let piece = Self.take(min(left, bytes.count), from: &bytes)
                place = piece.count == left ? .chunkEnd([]) : .chunk(left - piece.count)
                try body(piece)
            case .chunkSize(let digits):
                bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
                place = first == 0x0A ? try Self.chunk(digits) : .chunkSize(digits + [first])
                guard digits.count < 1024 else { throw .malformed("a chunk size without an end") }
            case .chunkEnd(let seen):
                bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
                guard seen.isEmpty ? first == 0x0D : first == 0x0A else { throw .malformed("a chunk without its end") }
                place = seen.isEmpty ? .chunkEnd([first]) : .chunkSize([])
            case .trailer(let line, let total):
                bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
                guard total < 32 << 10 else { throw .fieldsTooLarge }
                if first == 0x0A {
                    place = line == 0 ? .done : .trailer(line: 0, total: total + 1)
                } else {
                    place = .trailer(line: first == 0x0D ? line : line + 1, total: total + 1)
                }
            case .done: return
            }
        }
    }

    /// What comes after the line with a chunk's size, which may have an extension.
    private static func chunk(_ line: [UInt8]) throws(HTTPProblem) -> Place {
        let text = String(decoding: line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x0D && $0 != 0x20 }, as: UTF8.self)
        guard text.count <= 12, !text.hasPrefix("+"), let size = Int(text, radix: 16), size >= 0 else {
            throw .malformed("a bad chunk size")
        }
        return size == 0 ? .trailer(line: 0, total: 0) : .chunk(size)
    }

    private static func take(_ count: Int, from bytes: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[..<count])
        bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
        return piece
    }
}
