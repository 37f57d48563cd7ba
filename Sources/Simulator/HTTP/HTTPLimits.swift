/// What a server takes at most of a request's head (Cloud Phone API, endpoints).
struct HTTPLimits: Sendable, Hashable {
    /// Bytes of the first line's target.
    var target: Int
    /// Bytes of one header line.
    var field: Int
    /// Bytes of all header lines.
    var head: Int

    /// Makes limits; the defaults are those of the service's gateway: 32 KB, 32 KB and 128 KB.
    init(target: Int = 32 << 10, field: Int = 32 << 10, head: Int = 128 << 10) {
        self.target = target
        self.field = field
        self.head = head
    }
}

/// Why a request could not be read.
enum HTTPProblem: Error, Sendable, Hashable {
    /// It is no HTTP; in words, what is wrong.
    case malformed(String)
    /// The target is longer than the limit.
    case targetTooLong
    /// One header line, or all of them, are longer than the limit.
    case fieldsTooLarge
    /// The body is larger than who reads it allows.
    case bodyTooLarge
    /// The client ended, or the connection broke, in the middle of the body.
    case bodyCut

    /// The status of the usual answer.
    var status: Int {
        switch self {
        case .malformed, .bodyCut: 400
        case .targetTooLong: 414
        case .fieldsTooLarge: 431
        case .bodyTooLarge: 413
        }
    }
}
