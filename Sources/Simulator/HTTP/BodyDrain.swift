/// One reading of a body: where it has got to, and who takes the bytes.
struct BodyDrain {
    var parser: HTTPBodyParser
    let sink: any HTTPBodySink
    /// Bytes that may still come.
    var room: Int
    /// Why reading ended before the end of the body.
    private(set) var failure: (any Error)?

    init(_ parser: HTTPBodyParser, into sink: any HTTPBodySink, atMost room: Int) {
        self.parser = parser
        self.sink = sink
        self.room = room
    }

    var isOver: Bool { parser.isDone || failure != nil }

    /// Takes what belongs to the body, and leaves the rest.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var rest = bytes
        var room = room
        var refusal: (any Error)?
        do throws(HTTPProblem) {
            try parser.consume(&rest) { piece throws(HTTPProblem) in
                guard refusal == nil else { return }
                guard piece.count <= room else { throw .bodyTooLarge }
                room -= piece.count
                do { try sink.take(piece) } catch { refusal = error }
            }
        } catch { refusal = refusal ?? error }
        self.room = room
        failure = refusal
        return rest
    }
}
