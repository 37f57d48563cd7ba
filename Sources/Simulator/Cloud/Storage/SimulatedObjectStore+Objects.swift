import Crypto
import Lanes

extension SimulatedObjectStore {
    func putObject(
        _ request: StorageRequest, _ bucket: String, _ key: String, _ body: HTTPRequestBody,
        _ payload: StorageSignature.Payload
    ) async throws -> HTTPReply {
        let details = try StoredDetails(request)
        let received = try await receive(request, body, payload)
        let etag = Hex.encode(received.md5)
        put(
            StoredContent(
                paths: [received.path], byteCount: received.byteCount, etag: etag, modified: options.seconds(),
                details: details, uploadID: nil), as: key, in: bucket)
        return HTTPReply(200, [(name: "ETag", value: mark(etag))])
    }

    /// The mark in quotes; a wrong one where that is due.
    func mark(_ etag: String) -> String {
        ObjectStoreFaults.strike(&faults.wrongMarks) ? "\"00000000000000000000000000000000\"" : "\"\(etag)\""
    }

    /// `GET` and `HEAD`.
    func getObject(_ request: StorageRequest, _ bucket: String, _ key: String) throws -> HTTPReply {
        let head = request.head
        if head.method == "HEAD", ObjectStoreFaults.strike(&faults.failedHeads) { throw StorageRefusal.internalError }
        let content = try object(key, in: bucket)
        if let wanted = head.value(of: "If-Match"), Self.unquoted(wanted) != content.etag, wanted != "*" {
            throw StorageRefusal.precondition
        }
        var fields = [
            (name: "ETag", value: "\"\(content.etag)\""), (name: "Content-Type", value: content.details.contentType),
            (name: "Last-Modified", value: StorageTime.header(content.modified)),
        ]
        if let known = head.value(of: "If-None-Match"), Self.unquoted(known) == content.etag {
            return HTTPReply(304, fields)
        }
        fields += content.details.notes.map { (name: "\(request.fieldPrefix)meta-\($0.name)", value: $0.value) }
        if let id = content.uploadID, !request.isAmazon { fields.append((name: "x-obs-uploadId", value: id)) }
        if let end = content.end {
            fields.append((name: "x-obs-expiration", value: "expiry-date=\"\(StorageTime.header(end))\""))
        }
        if head.method == "HEAD" {
            return HTTPReply(
                200,
                fields + [
                    (name: "Content-Length", value: "\(content.byteCount)"), (name: "Accept-Ranges", value: "bytes"),
                ])
        }
        var reply = try HTTPReply.file(try path(of: key, in: bucket), range: head.value(of: "Range"), fields: fields)
        guard reply.status != 416 else { throw StorageRefusal.noRange }
        let count = reply.body.count
        if count > 1, ObjectStoreFaults.strike(&faults.cutBodies) {
            reply.ending = .cut(afterBytes: count / 2)
            record.bytesOut += count / 2
            return reply
        }
        if count > 0, ObjectStoreFaults.strike(&faults.spoiltBodies), case .shared(let bytes, let range) = reply.body {
            var copy = bytes.withUnsafeBytes { Array($0[range]) }
            copy[copy.count / 2] ^= 1
            reply.body = .bytes(copy)
        }
        record.bytesOut += count
        return reply
    }

    func deleteObject(_ bucket: String, _ key: String) -> HTTPReply {
        remove(key, from: bucket)
        return HTTPReply(204)
    }

    private func remove(_ key: String, from bucket: String) {
        buckets[bucket]?.objects.removeValue(forKey: key)?.discard()
    }

    func deleteObjects(
        _ request: StorageRequest, _ bucket: String, _ body: HTTPRequestBody, _ payload: StorageSignature.Payload
    ) async throws -> HTTPReply {
        let hasChecksum = request.head.fields.contains { field in
            let name = field.name.lowercased()
            return name == "content-md5" || name.hasPrefix("x-amz-checksum-")
        }
        guard hasChecksum else { throw StorageRefusal(400, "InvalidRequest", "Missing required header: Content-MD5") }
        let text = try await text(request, body, payload)
        guard text.contains("<Delete"), let objects = StorageXML.contents(of: "Object", in: text),
            objects.count <= 1000,
            !objects.isEmpty
        else { throw StorageRefusal.malformedXML }
        let isQuiet = StorageXML.text(of: "Quiet", in: text) == "true"
        var answer = ""
        for object in objects {
            guard let key = StorageXML.text(of: "Key", in: object) else { throw StorageRefusal.malformedXML }
            remove(key, from: bucket)
            if !isQuiet { answer += "<Deleted>\(StorageXML.element("Key", key))</Deleted>" }
        }
        return Self.xml("DeleteResult", answer)
    }

    static func xml(_ root: String, _ content: String) -> HTTPReply {
        HTTPReply(
            200, [(name: "Content-Type", value: "application/xml")], .bytes(StorageXML.document(root, content)))
    }

    static func unquoted(_ etag: String) -> String { etag.filter { $0 != "\"" } }

    /// The 16 bytes of a `Content-MD5`; nil when it is none.
    static func decodedMD5(_ text: String) -> [UInt8]? {
        Base64.decode(text).flatMap { $0.count == Crypto.MD5.byteCount ? $0 : nil }
    }
}

extension StoredContent {
    /// A body that is read and thrown away.
    init(textAt path: String) {
        self.init(paths: [path], byteCount: 0, etag: "", modified: 0, details: StoredDetails(), uploadID: nil)
    }
}
