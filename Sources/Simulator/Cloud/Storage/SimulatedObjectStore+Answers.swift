import Lanes

extension SimulatedObjectStore: HTTPHandler {
    /// Checks a request, does what it asks for, and puts the usual fields on the answer.
    func answer(_ head: HTTPRequestHead, _ body: HTTPRequestBody) async throws -> HTTPReply {
        let request = StorageRequest(head, buckets: buckets.keys)
        let id = freshID()
        let operation = request.operation
        record.requests[operation ?? "Unknown", default: 0] += 1
        var reply: HTTPReply
        do {
            let payload = try admit(request)
            guard let operation else { throw StorageRefusal.wrongMethod }
            reply = try await perform(operation, request, body, payload)
        } catch let refusal as StorageRefusal {
            record.refusals[refusal.code, default: 0] += 1
            reply = Self.reply(refusal, request, id)
        }
        reply.fields += [
            (name: "Server", value: "OBS"), (name: "\(request.fieldPrefix)request-id", value: id),
            (name: "\(request.fieldPrefix)id-2", value: "32AAAQAAEAABAAAQAAEAABAAAQAAEAABCS\(id.suffix(8))"),
            (name: "Date", value: StorageTime.header(options.seconds())),
        ]
        if !request.isAmazon { reply.fields.append((name: "x-obs-api", value: "3.0")) }
        return reply
    }

    /// Lets a request in: signature, bucket, region, length; and strikes it with what is due.
    private func admit(_ request: StorageRequest) throws -> StorageSignature.Payload {
        if ObjectStoreFaults.strike(&faults.slowDowns) { throw StorageRefusal.slowDown }
        if ObjectStoreFaults.strike(&faults.internalErrors) { throw StorageRefusal.internalError }
        // The service's own client asks whose words are spoken here before it signs anything.
        let isQuestion = request.head.method == "HEAD" && request.has("apiversion") && request.key == nil
        let payload = isQuestion ? .unsigned : try signature().check(request)
        guard let bucket = request.bucket else { return payload }
        guard options.addressing == .both || request.isVirtualHost else { throw StorageRefusal.virtualHostRequired }
        if request.operation == "CreateBucket" { return payload }
        guard let found = buckets[bucket] else { throw StorageRefusal.noBucket }
        guard found.region == options.region else { throw StorageRefusal.elsewhere(bucket, region: found.region) }
        guard (request.key?.utf8.count ?? 0) <= 1024 else { throw StorageRefusal.keyTooLong }
        return payload
    }

    private func perform(
        _ operation: String, _ request: StorageRequest, _ body: HTTPRequestBody, _ payload: StorageSignature.Payload
    ) async throws -> HTTPReply {
        let bucket = request.bucket ?? ""
        let key = request.key ?? ""
        switch operation {
        case "ListBuckets": return listBuckets()
        case "HeadBucket":
            return HTTPReply(200, [(name: "\(request.fieldPrefix)bucket-location", value: options.region)])
        case "CreateBucket": return createBucket(bucket)
        case "GetBucketLocation": return location(request)
        case "ListObjects": return try listObjects(request, bucket)
        case "ListMultipartUploads": return try listUploads(request, bucket)
        case "DeleteObjects": return try await deleteObjects(request, bucket, body, payload)
        case "PutObject": return try await putObject(request, bucket, key, body, payload)
        case "GetObject", "HeadObject": return try getObject(request, bucket, key)
        case "DeleteObject": return deleteObject(bucket, key)
        case "InitiateMultipartUpload": return try beginUpload(request, bucket, key)
        case "UploadPart": return try await putPart(request, bucket, key, body, payload)
        case "ListParts": return try listParts(request, bucket, key)
        case "AbortMultipartUpload": return try abortUpload(request, bucket, key)
        case "CompleteMultipartUpload": return try await completeUpload(request, bucket, key, body, payload)
        default: throw StorageRefusal.notImplemented(operation)
        }
    }

    // MARK: Bodies

    /// Takes a body into a file, and checks it by everything that came with it.
    func receive(
        _ request: StorageRequest, _ body: HTTPRequestBody, _ payload: StorageSignature.Payload
    ) async throws -> (path: String, byteCount: Int, md5: [UInt8]) {
        guard let length = body.declaredLength ?? (payload == .framed ? 0 : nil) else { throw StorageRefusal.noLength }
        guard length <= options.largestBody else { throw StorageRefusal.tooLarge }
        let claimed = try Self.claimedMD5(request)
        let isSigned = if case .hash = payload { true } else { false }
        let stored = try StoredBody(freshPath(), isSigned: isSigned)
        if payload == .framed {
            let frames = FramedBody(into: stored)
            try await body.drain(into: frames, atMost: options.largestBody)
            let wanted = request.head.value(of: "x-amz-decoded-content-length").flatMap { Int($0) }
            guard frames.isWhole, wanted == stored.byteCount else {
                throw StorageRefusal(400, "IncompleteBody", "The request body terminated unexpectedly.")
            }
        } else {
            try await body.drain(into: stored, atMost: options.largestBody)
        }
        record.bytesIn += stored.byteCount
        let hashes = stored.keep()
        do throws(StorageRefusal) {
            guard claimed.map({ $0 == hashes.md5 }) ?? true else { throw .badDigest }
            if case .hash(let wanted) = payload, wanted != hashes.sha256 { throw .wrongHash }
        } catch {
            stored.discard()
            throw error
        }
        return (stored.path, stored.byteCount, hashes.md5)
    }

    /// A short body in memory, checked likewise.
    func text(
        _ request: StorageRequest, _ body: HTTPRequestBody, _ payload: StorageSignature.Payload
    ) async throws -> String {
        let (path, byteCount, _) = try await receive(request, body, payload)
        defer { StoredContent(textAt: path).discard() }
        guard byteCount > 0 else { throw StorageRefusal.malformedXML }
        let bytes = try SharedBytes(mapping: path)
        return bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    private static func claimedMD5(_ request: StorageRequest) throws(StorageRefusal) -> [UInt8]? {
        guard let text = request.head.value(of: "Content-MD5") else { return nil }
        guard let bytes = decodedMD5(text) else { throw .invalidDigest }
        return bytes
    }

    // MARK: Refusals

    private static func reply(_ refusal: StorageRefusal, _ request: StorageRequest, _ id: String) -> HTTPReply {
        var text = StorageXML.element("Code", refusal.code) + StorageXML.element("Message", refusal.message)
        text += StorageXML.element("RequestId", id) + StorageXML.element("HostId", "simulated-\(id)")
        text += StorageXML.element("Resource", request.head.rawPath)
        for (name, value) in refusal.details.sorted(by: { $0.key < $1.key }) {
            text += StorageXML.element(name, value)
        }
        return HTTPReply(
            refusal.status,
            [(name: "Content-Type", value: "application/xml")]
                + refusal.fields.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) },
            .bytes(StorageXML.document("Error", text)))
    }
}
