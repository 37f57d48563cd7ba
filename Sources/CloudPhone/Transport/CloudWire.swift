import Curl
import JSON
import Lanes
import Signing

/// One request to one of the services, made once: what is signed is what is sent.
struct CloudCall: Sendable {
    /// The operation's name in messages.
    let operation: String
    /// Whom to ask: `https://HOST[:PORT][/PREFIX]`.
    let base: String
    /// Method, path and query, and the fields that are signed.
    var request: SignableRequest
    /// The body's bytes; empty for none.
    let body: [UInt8]
    /// Whether it does nothing that a second time would do again.
    let isRepeatable: Bool

    init(
        _ operation: String, _ method: String, base: String, path: String, query: [(String, String)] = [],
        body: [UInt8] = [], isRepeatable: Bool
    ) throws(CloudError) {
        self.operation = operation
        self.base = base
        self.body = body
        self.isRepeatable = isRepeatable
        do {
            let url = try HTTPURL(base)
            let port = url.port == (url.isSecure ? 443 : 80) ? "" : ":\(url.port)"
            let prefix = url.path == "/" ? "" : url.path
            request = SignableRequest(
                method, host: url.host + port, path: prefix + path,
                query: query.map { SignableRequest.Parameter($0.0, $0.1) })
        } catch {
            throw CloudError(.badRequest, operation, "\(error.operation): \(error.reason)", advice: error.advice)
        }
        if !body.isEmpty { request.fields.append(SignableRequest.Field("Content-Type", "application/json")) }
        guard body.count <= Self.longestBody else {
            throw CloudError(
                .badRequest, operation, "the body has \(body.count) bytes, the service takes \(Self.longestBody)",
                advice: "name fewer phones per call")
        }
    }

    /// Gives the call an id of its own, where its service asks for one; each attempt has another.
    ///
    /// - Returns: The id; nil for services that make ids themselves.
    mutating func identify(for service: CloudService) -> String? {
        guard case .koophone(let place) = service else { return nil }
        let halves = (0..<2).map { _ in UInt64.random(in: .min ... .max) }
        let id = halves.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        switch place {
        case .header: request.fields.append(SignableRequest.Field(CloudService.idName, id))
        case .query: request.query.append(SignableRequest.Parameter(CloudService.idName, id))
        }
        return id
    }

    /// The longest body that the gateway takes (Cloud Phone API, endpoints).
    static let longestBody = 12 << 20

    /// What is sent.
    func httpRequest(fields: [HTTPField]) throws(CloudError) -> HTTPRequest {
        do {
            // The prefix of the address is part of the signed path already.
            let origin = base.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
            let url = try HTTPURL(origin.joined(separator: "/") + request.target)
            let plain = request.fields.map { HTTPField($0.name, $0.value) }
            return HTTPRequest(
                request.method, url, fields: plain + fields, body: body.isEmpty ? .none : .bytes(body),
                limits: HTTPLimits(connect: .seconds(30), firstByte: .seconds(120), total: .seconds(180)),
                redirections: 0)
        } catch {
            throw CloudError(.badRequest, operation, error.reason, advice: error.advice)
        }
    }
}

/// What came back.
struct CloudReply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    /// The body as JSON; nil when there is none, or it is no JSON.
    var value: JSONValue?
    let text: String
    /// The id that the caller made for the call, for answers that name none.
    var ownID: String?

    init(_ response: HTTPResponse) {
        status = response.status
        headers = response.headers
        // Output of commands may be cut inside a character, which makes the whole answer no UTF-8.
        value =
            JSONValue(parsing: response.body)
            ?? JSONValue(parsing: String(decoding: response.body, as: UTF8.self).utf8)
        text = response.body.isEmpty ? "" : String(response.text.prefix(200))
    }

    /// The call's id as the header has it.
    var callID: String? { headers["X-Request-Id"] ?? ownID }

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// Sends requests of an account, one attempt each.
struct CloudWire: Sendable {
    let client: HTTPClient
    let options: HTTPClientOptions

    /// Sends one request and waits for the answer, whatever its status.
    ///
    /// - Throws: ``CloudError`` when there is no answer or it leads elsewhere, or `CancellationError`.
    func send(_ call: CloudCall, fields: [HTTPField]) async throws -> CloudReply {
        let request = try call.httpRequest(fields: fields)
        let response: HTTPResponse
        do {
            response = try await (call.isRepeatable ? client : freshClient(for: call)).send(request)
        } catch let error as HTTPError {
            throw CloudError(call.operation, error, mayHaveRun: !call.isRepeatable)
        }
        guard !(300..<400).contains(response.status) else {
            throw CloudError(redirection: response, of: call)
        }
        return CloudReply(response)
    }

    /// A client without kept connections, since libcurl may send a request by itself again when such a one ends before
    /// the answer, and nobody knows what the first one did; it has no option against that.
    private func freshClient(for call: CloudCall) throws(CloudError) -> HTTPClient {
        do {
            return try HTTPClient(on: client.lane, options: options)
        } catch {
            throw CloudError(call.operation, error, mayHaveRun: false)
        }
    }
}
