import Farm
import Lanes
import PlaybookLanguage
import SourceText

/// An answer over HTTP that a host is to see: `http: http://localhost:8080/health`.
struct HTTPWish: Sendable {
    /// Bytes of an answer that are looked at.
    static let answerLimit = 1 << 20
    /// How long one answer may take; who has not answered by then is asked again.
    static let patience = Duration.seconds(10)

    private let url: Argument<HTTPPlace>
    private let status: Argument<Int>?
    private let body: Argument<String>?

    /// Reads `http`, `status` and `body`; nil when the first is not written.
    init?(reading arguments: inout StepArguments, isHost: Bool) {
        let url = arguments.optionalValue("http", .httpPlace)
        status = arguments.optionalInteger("status", in: 100...599)
        body = arguments.optionalText("body")
        guard let url else {
            if !arguments.has("http"), let span = status?.span ?? body?.span {
                arguments.mistake("`status` and `body` belong to `http`", at: span, help: "add `http: URL`")
            }
            return nil
        }
        if !isHost {
            arguments.mistake(
                "`http` is asked from an encoder, this play is for phones", at: url.span,
                help: "wait for `port` on a phone")
        }
        self.url = url
    }

    /// What is waited for in a few words.
    func shown(in scope: Scope?) -> String { url.shown(in: scope) }

    /// What is missing in the answer that the host sees now; nil when it is as wanted.
    func complaint(on host: any ConnectedHost, in scope: Scope) async throws -> String? {
        let place = try url.value(in: scope)
        let answer: [UInt8]?
        do {
            answer = try await withDeadline(total: Self.patience, on: host.lane) {
                try await host.exchange(place.request, with: place.address, limit: Self.answerLimit)
            }
        } catch is DeadlineExceeded {
            return "\(place.address) has not ended its answer within \(durationText(Self.patience))"
        }
        guard let answer else { return "nobody listens on \(place.address)" }
        guard let answer = HTTPAnswer(reading: answer) else { return "\(place.address) does not answer with HTTP" }
        let wanted = try status?.optionalValue(in: scope)
        guard wanted.map({ $0 == answer.status }) ?? (200...299).contains(answer.status) else {
            return "\(place) answers with status \(answer.status)"
        }
        guard let text = try body?.optionalValue(in: scope), !answer.body.contains(text) else { return nil }
        return "\(place) answers without \"\(text)\""
    }
}

/// Where something is asked for over HTTP.
struct HTTPPlace: Sendable, CustomStringConvertible {
    let address: Address
    /// From the slash on.
    let path: String
    let description: String

    /// Reads `http://HOST[:PORT][/PATH]`.
    init(parsing text: String) throws(FarmError) {
        let scheme = "http://"
        guard text.hasPrefix(scheme) else {
            let isSecure = text.hasPrefix("https://")
            throw FarmError(
                .badAddress, text, isSecure ? "`http` waits for plain HTTP" : "a URL begins with http://",
                suggestion: isSecure ? "ask by a `shell` step with curl, `retries` and `until`" : "write http://\(text)"
            )
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw FarmError(.badAddress, text, "a URL holds no blanks and no signs beyond ASCII")
        }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let tail = rest.dropFirst(host.count)
        address = try Address(parsing: String(host), defaultPort: 80)
        path = tail.hasPrefix("/") ? String(tail) : "/\(tail)"
        description = text
    }

    /// HTTP/1.0, so that the answer comes in one piece and ends with the connection.
    var request: [UInt8] {
        let lines = ["GET \(path) HTTP/1.0", "Host: \(address)", "User-Agent: drover", "Connection: close", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}

/// What came back over HTTP.
struct HTTPAnswer: Sendable {
    let status: Int
    let body: String

    /// Reads a status line, a head and a body; nil when it is something else.
    init?(reading bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.prefix(while: { $0 != "\r\n" && $0 != "\n" }).split(separator: " ")
        guard let version = words.first, version.hasPrefix("HTTP/"), words.count >= 2, let status = Int(words[1]) else {
            return nil
        }
        self.status = status
        let end = text.firstRange(of: "\r\n\r\n") ?? text.firstRange(of: "\n\n")
        body = end.map { String(text[$0.upperBound...]) } ?? ""
    }
}

extension ArgumentKind where Result == HTTPPlace {
    /// A plain HTTP URL, as seen from the host.
    static var httpPlace: Self { .farmText("a URL") { text throws(FarmError) in try HTTPPlace(parsing: text) } }
}
