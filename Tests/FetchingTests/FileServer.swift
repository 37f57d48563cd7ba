import Crypto
import Curl
import DroverTesting
import Lanes

@testable import Fetching

/// What a server has, and how a well-behaved one gives it away.
struct ServedFile: Sendable {
    let bytes: [UInt8]
    var etag: String? = "\"v1\""
    var lastModified: String?

    var sha256: SHA256Digest { SHA256.hash(of: bytes) }

    /// Content that differs from place to place.
    static func random(_ count: Int, seed: UInt64 = 1) -> ServedFile {
        var state = seed
        return ServedFile(
            bytes: (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            })
    }

    var fields: [(String, String)] {
        [etag.map { ("ETag", $0) }, lastModified.map { ("Last-Modified", $0) }].compactMap { $0 }
    }

    /// The first byte that is asked for.
    static func start(_ exchange: HTTPExchange) -> Int? {
        exchange.fields["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
    }

    /// Answers as RFC 9110 wants it.
    func answer(_ exchange: HTTPExchange, on line: HTTPLine) {
        if let etag, exchange.fields["if-none-match"] == etag { return line.answer(304, fields) }
        let isSame = exchange.fields["if-range"].map { $0 == etag || $0 == lastModified } ?? true
        guard let start = Self.start(exchange), isSame else { return line.answer(200, fields, bytes) }
        guard start < bytes.count else {
            return line.answer(416, fields + [("Content-Range", "bytes */\(bytes.count)")])
        }
        let range = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
        line.answer(206, fields + [("Content-Range", range)], Array(bytes[start...]))
    }

    /// Answers with all that is asked for, but hangs up after so many bytes of the body.
    func cut(after count: Int, _ exchange: HTTPExchange, on line: HTTPLine) {
        let start = Self.start(exchange) ?? 0
        let range = "Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)\r\n"
        let head =
            "HTTP/1.1 \(start > 0 ? "206 P" : "200 O")\r\nContent-Length: \(bytes.count - start)\r\n"
            + (start > 0 ? range : "") + fields.map { "\($0.0): \($0.1)\r\n" }.joined()
        line.send(Array((head + "\r\n").utf8) + bytes[start..<min(start + count, bytes.count)])
        line.hangUp()
    }
}

/// A folder to fetch into, and a fetcher that loses no time.
struct FetchBench {
    let folder: ScratchFolder
    let fetcher: Fetcher

    var path: String { "\(folder.path)/file.bin" }
    var partPath: String { "\(folder.path)/.file.bin.part" }
    var recordPath: String { "\(folder.path)/.file.bin.fetch" }

    init(attempts: Int = 5, byteLimit: Int64 = .max, folder: ScratchFolder? = nil) throws {
        self.folder = try folder ?? ScratchFolder()
        let client = try HTTPClient(on: Lane(name: "fetch"), options: HTTPClientOptions(proxy: .none))
        var policy = FetchPolicy(
            attempts: attempts, firstPause: .zero, longestPause: .zero, byteLimit: byteLimit)
        policy.takesPlainText = true
        fetcher = Fetcher(client, policy: policy)
    }

    /// Fetches `/file.bin` of a server.
    func fetch(
        _ server: ScriptedHTTPServer, _ sha256: SHA256Digest? = nil, query: String = "", meter: ProgressMeter? = nil,
        gauge: FetchGauge? = nil
    ) async throws -> FetchedFile {
        let source = FetchSource(try HTTPURL(server.base + "/file.bin" + query), sha256: sha256)
        return try await fetcher.fetch(source, to: path, meter: meter, gauge: gauge)
    }

    /// The error that fetching ends with.
    func failure(_ server: ScriptedHTTPServer, _ sha256: SHA256Digest? = nil) async -> FetchError? {
        do {
            _ = try await fetch(server, sha256)
            return nil
        } catch {
            return error as? FetchError
        }
    }

    /// The names in the folder, hidden ones included.
    var names: Set<String> {
        Set(
            ["file.bin", ".file.bin.part", ".file.bin.fetch", ".file.bin.fetch.new"].filter {
                RepositoryFile.bytes(at: "\(folder.path)/\($0)") != nil
            })
    }

    /// Whether the fetched file is the served one; a comparison in a test would print all of it.
    func holds(_ file: ServedFile) -> Bool { bytes == file.bytes }

    var bytes: [UInt8]? { RepositoryFile.bytes(at: path) }
}
