import Lanes

/// What a handler answers, and what becomes of the connection.
struct HTTPReply: Sendable {
    /// What is sent behind the head.
    enum Body: Sendable {
        /// Nothing.
        case none
        /// Bytes in memory.
        case bytes([UInt8])
        /// A part of shared bytes, such as a mapped file: sent without a copy.
        case shared(SharedBytes, Range<Int>)

        var count: Int {
            switch self {
            case .none: 0
            case .bytes(let bytes): bytes.count
            case .shared(_, let range): range.count
            }
        }
    }

    /// What becomes of the connection.
    enum Ending: Sendable, Hashable {
        /// It waits for the next request.
        case keepOpen
        /// It ends behind the answer, which says so.
        case close
        /// It ends without an answer.
        case hangUp
        /// It is reset without an answer.
        case reset
        /// It ends behind so many bytes of the body, although the head tells the whole length.
        case cut(afterBytes: Int)
    }

    /// The status, such as 200.
    var status: Int
    /// Header lines; `Date`, `Content-Length` and `Connection` are added where they are missing.
    var fields: [(name: String, value: String)]
    /// The body; not sent for HEAD and for statuses without one, but its length is told for HEAD.
    var body: Body
    /// What becomes of the connection.
    var ending: Ending

    init(
        _ status: Int, _ fields: [(name: String, value: String)] = [], _ body: Body = .none,
        ending: Ending = .keepOpen
    ) {
        self.status = status
        self.fields = fields
        self.body = body
        self.ending = ending
    }

    /// The connection ends without an answer.
    static var hangUp: HTTPReply { HTTPReply(500, ending: .hangUp) }

    /// A file, or the part of it that a `Range` field asks for: 200, 206, or 416 when there is no such part.
    ///
    /// - Parameter range: The value of the request's `Range`; nil for the whole file.
    /// - Throws: ``SystemError`` when the file cannot be mapped.
    static func file(
        _ path: String, range: String?, fields: [(name: String, value: String)] = []
    ) throws(SystemError) -> HTTPReply {
        let content = try SharedBytes(mapping: path)
        let fields = fields + [(name: "Accept-Ranges", value: "bytes")]
        switch HTTPRange.read(range, size: content.count) {
        case .whole: return HTTPReply(200, fields, .shared(content, 0..<content.count))
        case .part(let part):
            let place = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(content.count)"
            return HTTPReply(206, fields + [(name: "Content-Range", value: place)], .shared(content, part))
        case .missing:
            return HTTPReply(416, [(name: "Content-Range", value: "bytes */\(content.count)")])
        }
    }

    func hasField(_ name: String) -> Bool { fields.contains { $0.name.lowercased() == name.lowercased() } }
}

/// Which bytes a `Range` field asks for; several ranges are not known, and such a field counts as none.
enum HTTPRange: Sendable, Hashable {
    /// All of them.
    case whole
    /// These.
    case part(Range<Int>)
    /// Bytes beyond the end.
    case missing

    /// Reads `bytes=A-B`, `bytes=A-` and `bytes=-N` (RFC 9110, 14.1).
    static func read(_ field: String?, size: Int) -> HTTPRange {
        guard let field, field.hasPrefix("bytes=") else { return .whole }
        let sides = field.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, sides.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }) else { return .whole }
        let first = Int(sides[0])
        let last = Int(sides[1])
        guard let first else {
            guard let last else { return .whole }
            return last == 0 || size == 0 ? .missing : .part(max(0, size - last)..<size)
        }
        guard last ?? first >= first else { return .whole }
        guard first < size else { return .missing }
        return .part(first..<min(size, (last ?? size - 1) + 1))
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
