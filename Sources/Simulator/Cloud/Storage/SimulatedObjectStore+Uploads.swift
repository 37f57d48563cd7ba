import Crypto
import Lanes

extension SimulatedObjectStore {
    func beginUpload(_ request: StorageRequest, _ bucket: String, _ key: String) throws -> HTTPReply {
        let id = freshID()
        buckets[bucket]?.uploads[id] = StoredUpload(
            key: key, began: options.seconds(), details: try StoredDetails(request))
        return Self.xml(
            "InitiateMultipartUploadResult",
            StorageXML.element("Bucket", bucket) + StorageXML.element("Key", key) + StorageXML.element("UploadId", id))
    }

    /// The upload that a request names.
    private func upload(
        _ request: StorageRequest, _ bucket: String, _ key: String
    ) throws(StorageRefusal) -> (id: String, upload: StoredUpload) {
        let id = request.head.parameter("uploadId") ?? ""
        guard let upload = buckets[bucket]?.uploads[id], upload.key == key else { throw .noUpload }
        return (id, upload)
    }

    func putPart(
        _ request: StorageRequest, _ bucket: String, _ key: String, _ body: HTTPRequestBody,
        _ payload: StorageSignature.Payload
    ) async throws -> HTTPReply {
        let (id, _) = try upload(request, bucket, key)
        guard let number = request.head.parameter("partNumber").flatMap({ Int($0) }), (1...10_000).contains(number)
        else { throw StorageRefusal.invalidArgument("Part number must be an integer between 1 and 10000, inclusive") }
        if let first = faults.failingParts, number >= first { throw StorageRefusal.internalError }
        let received = try await receive(request, body, payload)
        if let first = faults.stallingParts, number >= first { try await lane.sleep(for: .seconds(86_400)) }
        let part = StoredUpload.Part(
            path: received.path, byteCount: received.byteCount, md5: received.md5, modified: options.seconds())
        // The upload may have been aborted while the part came.
        guard buckets[bucket]?.uploads[id] != nil else {
            StoredContent(textAt: received.path).discard()
            throw StorageRefusal.noUpload
        }
        if let old = buckets[bucket]?.uploads[id]?.parts.updateValue(part, forKey: number) {
            StoredContent(textAt: old.path).discard()
        }
        return HTTPReply(200, [(name: "ETag", value: mark(Hex.encode(received.md5)))])
    }

    func abortUpload(_ request: StorageRequest, _ bucket: String, _ key: String) throws -> HTTPReply {
        let (id, upload) = try upload(request, bucket, key)
        upload.discard()
        buckets[bucket]?.uploads[id] = nil
        return HTTPReply(204)
    }

    func completeUpload(
        _ request: StorageRequest, _ bucket: String, _ key: String, _ body: HTTPRequestBody,
        _ payload: StorageSignature.Payload
    ) async throws -> HTTPReply {
        let text = try await text(request, body, payload)
        let (id, upload) = try upload(request, bucket, key)
        guard let entries = StorageXML.contents(of: "Part", in: text), !entries.isEmpty else {
            throw StorageRefusal.malformedXML
        }
        if ObjectStoreFaults.strike(&faults.lateFailures) {
            return Self.xml(
                "Error", StorageXML.element("Code", "InternalError") + StorageXML.element("Message", "late"))
        }
        let chosen = try parts(entries, of: upload)
        let etag = Hex.encode(try Crypto.MD5.hash(of: chosen.flatMap(\.md5))) + "-\(chosen.count)"
        let kept = Set(chosen.map(\.path))
        for part in upload.parts.values where !kept.contains(part.path) {
            StoredContent(textAt: part.path).discard()
        }
        put(
            StoredContent(
                paths: chosen.map(\.path), byteCount: chosen.reduce(0) { $0 + $1.byteCount }, etag: etag,
                modified: options.seconds(), details: upload.details, uploadID: id), as: key, in: bucket)
        buckets[bucket]?.uploads[id] = nil
        record.completions += 1
        if ObjectStoreFaults.strike(&faults.droppedCompletions) { return .hangUp }
        if ObjectStoreFaults.strike(&faults.failedCompletions) { throw StorageRefusal.internalError }
        let location = "http://\(request.head.value(of: "Host") ?? "")\(request.head.rawPath)"
        return Self.xml(
            "CompleteMultipartUploadResult",
            StorageXML.element("Location", location) + StorageXML.element("Bucket", bucket)
                + StorageXML.element("Key", key) + StorageXML.element("ETag", "\"\(etag)\""))
    }

    /// The parts that are to be the object, in their order.
    private func parts(_ entries: [Substring], of upload: StoredUpload) throws(StorageRefusal) -> [StoredUpload.Part] {
        var wanted: [(number: Int, etag: String)] = []
        for entry in entries {
            guard let number = StorageXML.text(of: "PartNumber", in: entry).flatMap({ Int($0) }),
                let etag = StorageXML.text(of: "ETag", in: entry)
            else { throw .malformedXML }
            guard wanted.last.map({ $0.number < number }) ?? true else { throw .invalidPartOrder }
            wanted.append((number, Self.unquoted(etag).lowercased()))
        }
        var chosen: [StoredUpload.Part] = []
        for (number, etag) in wanted {
            guard let part = upload.parts[number], Hex.encode(part.md5) == etag else { throw .invalidPart }
            chosen.append(part)
        }
        guard chosen.dropLast().allSatisfy({ $0.byteCount >= options.smallestPart }) else { throw .tooSmall }
        return chosen
    }

    func listParts(_ request: StorageRequest, _ bucket: String, _ key: String) throws -> HTTPReply {
        let (id, upload) = try upload(request, bucket, key)
        let marker = request.head.parameter("part-number-marker").flatMap { Int($0) } ?? 0
        let limit = try pageLimit(request, "max-parts")
        let numbers = upload.parts.keys.sorted().filter { $0 > marker }
        var text = StorageXML.element("Bucket", bucket) + StorageXML.element("Key", key)
        text += StorageXML.element("UploadId", id) + StorageXML.element("PartNumberMarker", "\(marker)")
        text += StorageXML.element("MaxParts", "\(limit)")
        text += StorageXML.element("IsTruncated", numbers.count > limit ? "true" : "false")
        if numbers.count > limit { text += StorageXML.element("NextPartNumberMarker", "\(numbers[limit - 1])") }
        for number in numbers.prefix(limit) {
            guard let part = upload.parts[number] else { continue }
            text += "<Part>" + StorageXML.element("PartNumber", "\(number)")
            text += StorageXML.element("LastModified", StorageTime.stamp(part.modified))
            text += StorageXML.element("ETag", "\"\(Hex.encode(part.md5))\"")
            text += StorageXML.element("Size", "\(part.byteCount)") + "</Part>"
        }
        return Self.xml("ListPartsResult", text)
    }
}
