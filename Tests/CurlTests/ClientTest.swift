import Curl
import DroverTesting
import Lanes

/// A client without proxies and certificates of whoever runs the tests.
func testClient(
    clock: any LaneClock = SystemClock(), connectionsPerHost: Int = 32, proxy: HTTPClientOptions.Proxy = .none
) throws -> HTTPClient {
    let lane = try Lane(name: "client", clock: clock)
    return try HTTPClient(on: lane, options: HTTPClientOptions(proxy: proxy, connectionsPerHost: connectionsPerHost))
}

extension ScriptedHTTPServer {
    /// Asks for a path of this server.
    func request(
        _ method: String = "GET", _ path: String = "/", fields: [HTTPField] = [], body: HTTPBody = .none,
        limits: HTTPLimits = HTTPLimits(), redirections: Int = 10
    ) throws(HTTPError) -> HTTPRequest {
        HTTPRequest(
            method, try HTTPURL(base + path), fields: fields, body: body, limits: limits, redirections: redirections)
    }
}

/// The error that asking ends with.
func failure(_ body: () async throws -> HTTPResponse) async -> HTTPError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? HTTPError
    }
}

// Sendable: touched only on the client's lane until the download is over.

/// Keeps what a download brings, up to a bound at which it fails.
final class KeepingSink: DownloadSink, @unchecked Sendable {
    struct Full: Error {}

    private(set) var bytes: [UInt8] = []
    private(set) var heads: [Int] = []
    private let bound: Int

    init(bound: Int = .max) { self.bound = bound }

    func begin(_ head: HTTPResponse) throws { heads.append(head.status) }

    func receive(_ piece: UnsafeRawBufferPointer) throws {
        bytes.append(contentsOf: piece)
        if bytes.count > bound { throw Full() }
    }
}
