import Crypto
import Curl
public import Lanes
import Signing

extension ObjectStoreClient {
    /// Puts an object: in one piece when it is small, otherwise in parts that travel at the same time.
    ///
    /// What the store says that it has is compared with what was sent. An upload in parts that fails or is cancelled is
    /// aborted, as parts cost money; with a ledger, one that broke off with the line stays, and is taken up by the next
    /// call for the same file.
    ///
    /// - Parameters:
    ///   - key: The object's name, not encoded.
    ///   - ledger: Remembers uploads in parts, so that others can end or go on with what a killed process left.
    ///   - meter: Counts the bytes that leave.
    /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
    public func put(
        _ source: ObjectSource, key: String, details: ObjectDetails = ObjectDetails(), ledger: UploadLedger? = nil,
        progress meter: ProgressMeter? = nil
    ) async throws -> PutObject {
        let operation = "put \(store.name(of: key))"
        meter?.expectBytes(true)
        defer { meter?.expectBytes(false) }
        let fields = try details.fields(for: store, policy, operation)
        switch source {
        case .bytes(let bytes):
            return try await putWhole(
                key, .bytes(bytes), Int64(bytes.count), md5: try MD5.hash(of: bytes), fields, operation, meter)
        case .file(let path):
            let file = try SourceFile(path, for: operation)
            guard file.byteCount <= policy.singleLimit else {
                let upload = PartedUpload(
                    file: file, key: key, fields: fields, contentHash: details.contentHash, operation: operation)
                return try await putInParts(upload, ledger, meter)
            }
            let whole = FileHash.Piece(offset: 0, count: file.byteCount)
            let digest = try await FileHash.md5(of: file, [whole], for: operation)[0]
            let put = try await putWhole(key, file.body(), file.byteCount, md5: digest, fields, operation, meter)
            try file.requireUnchanged(for: operation)
            return put
        }
    }

    private func putWhole(
        _ key: String, _ body: HTTPBody, _ byteCount: Int64, md5: [UInt8], _ fields: [SignableRequest.Field],
        _ operation: String, _ meter: ProgressMeter?
    ) async throws -> PutObject {
        var call = StoreCall(operation, "PUT", key)
        call.fields = fields + [.init("Content-MD5", Base64.encode(md5))]
        call.body = body
        call.limits = .upload
        let response = try await ask(call, counting: meter)
        let etag = StoredObject.unquoted(response.headers["etag"])
        try requireContent(etag, Hex.encode(md5), response, call)
        return PutObject(etag: etag, byteCount: byteCount, uploadID: nil, resumedByteCount: 0)
    }

    /// Whether the store encrypts by keys of a key service, and its marks say nothing of the content.
    func isOpaque(_ response: HTTPResponse) -> Bool {
        let encryption =
            response.headers["x-obs-server-side-encryption"] ?? response.headers["x-amz-server-side-encryption"]
        return encryption?.contains("kms") ?? false
    }

    /// Compares the mark that the store gave with the one of what was sent.
    ///
    /// - Throws: ``ObjectStorageError`` when they differ; under encryption by a key service a mark says nothing.
    func requireContent(
        _ etag: String, _ expected: String, _ response: HTTPResponse, _ call: StoreCall
    ) throws(ObjectStorageError) {
        if isOpaque(response) { return }
        guard etag.lowercased() != expected else { return }
        throw ObjectStorageError(
            .wrongContent, call.operation,
            "the store has \(etag.isEmpty ? "content without a mark" : "the content \(etag)"), and \(expected) was sent",
            advice: "put it again; if it happens twice, something on the way changes bytes", status: response.status,
            requestID: StoreAnswer(response, body: nil).requestID)
    }
}

extension HTTPLimits {
    /// As long as bytes leave, an upload may take any time; a store may take long to note what has come.
    static let upload = HTTPLimits(firstByte: .seconds(120), stall: .seconds(60), total: nil)
}
