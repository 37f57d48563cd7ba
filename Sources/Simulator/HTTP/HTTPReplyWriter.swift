import Signing

/// Spells the head of an answer.
enum HTTPReplyWriter {
    /// Whether the answer to such a request carries its body.
    static func hasBody(_ reply: HTTPReply, to head: HTTPRequestHead?) -> Bool {
        head?.method != "HEAD" && tellsLength(reply)
    }

    private static func tellsLength(_ reply: HTTPReply) -> Bool { reply.status != 204 && reply.status != 304 }

    /// The first line and the fields.
    static func head(_ reply: HTTPReply, to head: HTTPRequestHead?, closes: Bool) -> [UInt8] {
        var text = "HTTP/1.1 \(reply.status) \(words[reply.status] ?? "Status")\r\n"
        for field in reply.fields { text += "\(field.name): \(field.value)\r\n" }
        if !reply.hasField("Date") { text += "Date: \(SigningTime.now.header)\r\n" }
        if tellsLength(reply), !reply.hasField("Content-Length") { text += "Content-Length: \(reply.body.count)\r\n" }
        if !reply.hasField("Connection") { text += "Connection: \(closes ? "close" : "keep-alive")\r\n" }
        return Array((text + "\r\n").utf8)
    }

    private static let words = [
        200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
        307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 409: "Conflict", 411: "Length Required", 412: "Precondition Failed",
        413: "Payload Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]
}
