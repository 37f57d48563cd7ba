/// The status and header lines of an answer as they come, line by line.
struct AnswerHead {
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private var byteCount = 0
    /// Whether the blank line has come that ends them.
    private(set) var isWhole = false

    /// Whether the status is one of success.
    var isSuccess: Bool { (200..<300).contains(status) }

    /// Takes a line with its end; false when the lines are longer than the limit together.
    ///
    /// An interim answer (100, 103) is followed by another status line, and all of them count. What comes behind the body is let pass.
    mutating func take(_ line: UnsafeRawBufferPointer, limit: Int) -> Bool {
        byteCount += line.count
        guard byteCount <= limit else { return false }
        let end = line.lastIndex { $0 != 0x0D && $0 != 0x0A }.map { $0 + 1 } ?? 0
        let text = line[..<end]
        if text.isEmpty {
            isWhole = true
        } else if text.starts(with: "HTTP/".utf8) {
            let words = text.split(separator: 0x20, maxSplits: 2)
            status = words.count > 1 ? Int(String(decoding: words[1], as: UTF8.self)) ?? 0 : 0
            headers = HTTPHeaders()
            isWhole = false
        } else if !isWhole {
            headers.append(line: text)
        }
        return true
    }
}
