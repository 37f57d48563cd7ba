import Crypto
import Curl
public import Lanes
import Signing

/// What was got of an object.
public struct GotObject: Hashable, Sendable {
    /// How many bytes came.
    public let byteCount: Int64
    /// The mark of the object, without quotes.
    public let etag: String
    /// Whether the content was compared with the mark; not for ranges, and not for objects that came in parts.
    public let isVerified: Bool
}

extension ObjectStoreClient {
    /// Gets an object, or a range of it; after a cut it goes on where it stopped, if the object is still the same.
    ///
    /// - Parameters:
    ///   - range: The bytes that are wanted; nil for all.
    ///   - meter: Counts the bytes as they come.
    /// - Throws: ``ObjectStorageError``, what `destination` throws, what the supply of keys throws, or `CancellationError`.
    public func get(
        _ key: String, into destination: ObjectDestination, range: Range<Int64>? = nil,
        progress meter: ProgressMeter? = nil
    ) async throws -> GotObject {
        let operation = "get \(store.name(of: key))"
        guard range.map({ $0.lowerBound >= 0 && !$0.isEmpty }) ?? true else {
            throw ObjectStorageError(.invalidRequest, operation, "the range is empty")
        }
        meter?.expectBytes(true)
        defer { meter?.expectBytes(false) }
        switch destination {
        case .pieces(let take):
            let sink = try ObjectSink(operation, range: range, meter: meter, take: take)
            return try await fill(sink, key, range, operation, meter)
        case .file(let path):
            let file = try FreshFile(path, for: operation)
            let sink = try ObjectSink(operation, range: range, meter: meter) { try file.append($0) }
            let got = try await fill(sink, key, range, operation, meter)
            try file.place()
            return got
        }
    }

    private func fill(
        _ sink: ObjectSink, _ key: String, _ range: Range<Int64>?, _ operation: String, _ meter: ProgressMeter?
    ) async throws -> GotObject {
        var failures = 0
        while true {
            var call = StoreCall(operation, "GET", key)
            call.limits = .download
            // Each cut is counted here, where it is known whether bytes came.
            call.attempts = 1
            if sink.byteCount > 0 || range != nil {
                let end = range.map { "\($0.upperBound - 1)" } ?? ""
                call.fields = [.init("Range", "bytes=\(sink.position)-\(end)")]
                if let etag = sink.etag { call.fields.append(.init("If-Match", etag)) }
            }
            let before = sink.byteCount
            do {
                let response = try await ask(call, into: sink)
                // An answer of several hundred gigabytes may be ended early in good order.
                guard sink.total.map({ sink.byteCount >= $0 }) ?? true else {
                    throw ObjectStorageError(.noAnswer, operation, "the answer was cut", isPassing: true)
                }
                return try verified(sink, range, response, call)
            } catch let error as ObjectStorageError {
                guard error.isPassing else { throw error }
                failures = sink.byteCount > before ? 1 : failures + 1
                guard failures < policy.attempts else { throw error }
                try await pause(policy.pause(after: failures, asked: nil), meter)
            }
        }
    }

    private func verified(
        _ sink: ObjectSink, _ range: Range<Int64>?, _ response: HTTPResponse, _ call: StoreCall
    ) throws(ObjectStorageError) -> GotObject {
        let etag = StoredObject.unquoted(sink.etag)
        let isWhole = range == nil && Hex.decode(etag)?.count == MD5.byteCount
        if isWhole {
            let digest = sink.digest()
            guard isOpaque(response) || digest == etag.lowercased() else {
                throw ObjectStorageError(
                    .wrongContent, call.operation, "its MD5 is \(digest), and the store says \(etag)",
                    advice: "get it again; if it happens twice, put the object again", status: response.status,
                    requestID: StoreAnswer(response, body: nil).requestID)
            }
        }
        return GotObject(byteCount: sink.byteCount, etag: etag, isVerified: isWhole)
    }
}
