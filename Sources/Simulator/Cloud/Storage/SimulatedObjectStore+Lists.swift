extension SimulatedObjectStore {
    /// How many entries a request wants on a page, at most those of the store.
    func pageLimit(_ request: StorageRequest, _ name: String) throws(StorageRefusal) -> Int {
        guard let text = request.head.parameter(name) else { return options.pageLimit }
        guard let limit = Int(text), limit > 0 else { throw .invalidArgument("\(name) must be a positive number") }
        return min(limit, options.pageLimit)
    }

    /// Pages by marker, with what a delimiter takes together.
    func listObjects(_ request: StorageRequest, _ bucket: String) throws -> HTTPReply {
        guard !request.has("list-type") else { throw StorageRefusal.notImplemented("list-type=2") }
        let prefix = request.head.parameter("prefix") ?? ""
        let delimiter = request.head.parameter("delimiter").flatMap { $0.isEmpty ? nil : $0 }
        let marker = request.head.parameter("marker") ?? ""
        let limit = try pageLimit(request, "max-keys")
        let writes = EncodedNames(request)
        var entries: [Entry] = []
        var isTruncated = false
        for key in buckets[bucket]?.keys(prefix: prefix) ?? [] {
            let entry = Self.entry(key, prefix, delimiter)
            guard marker.utf8.lexicographicallyPrecedes(entry.name.utf8), entries.last != entry else { continue }
            guard entries.count < limit else {
                isTruncated = true
                break
            }
            entries.append(entry)
        }
        var text = StorageXML.element("Name", bucket) + writes.element("Prefix", prefix)
        text += writes.element("Marker", marker) + StorageXML.element("MaxKeys", "\(limit)")
        if let delimiter { text += writes.element("Delimiter", delimiter) }
        text += writes.note + StorageXML.element("IsTruncated", isTruncated ? "true" : "false")
        if isTruncated, let last = entries.last { text += writes.element("NextMarker", last.name) }
        for entry in entries where !entry.isPrefix { text += contents(entry.name, bucket, writes) }
        for entry in entries where entry.isPrefix {
            text += "<CommonPrefixes>\(writes.element("Prefix", entry.name))</CommonPrefixes>"
        }
        return Self.xml("ListBucketResult", text)
    }

    private struct Entry: Hashable {
        let name: String
        let isPrefix: Bool
    }

    private static func entry(_ key: String, _ prefix: String, _ delimiter: String?) -> Entry {
        guard let delimiter, let end = key.dropFirst(prefix.count).firstRange(of: delimiter)?.upperBound else {
            return Entry(name: key, isPrefix: false)
        }
        return Entry(name: String(key[..<end]), isPrefix: true)
    }

    private func contents(_ key: String, _ bucket: String, _ writes: EncodedNames) -> String {
        guard let content = buckets[bucket]?.objects[key] else { return "" }
        return "<Contents>" + writes.element("Key", key)
            + StorageXML.element("LastModified", StorageTime.stamp(content.modified))
            + StorageXML.element("ETag", "\"\(content.etag)\"") + StorageXML.element("Size", "\(content.byteCount)")
            + StorageXML.element("StorageClass", "STANDARD") + "<Owner>\(StorageXML.element("ID", "simulated"))</Owner>"
            + "</Contents>"
    }

    func listUploads(_ request: StorageRequest, _ bucket: String) throws -> HTTPReply {
        let prefix = request.head.parameter("prefix") ?? ""
        let marker = (request.head.parameter("key-marker") ?? "", request.head.parameter("upload-id-marker") ?? "")
        let limit = try pageLimit(request, "max-uploads")
        let writes = EncodedNames(request)
        let waiting = (buckets[bucket]?.uploads ?? [:]).filter { $0.value.key.utf8.starts(with: prefix.utf8) }
            .map { (key: $0.value.key, id: $0.key, began: $0.value.began) }
            .sorted { ($0.key, $0.id) < ($1.key, $1.id) }
            .filter { marker.0.isEmpty || ($0.key, $0.id) > marker }
        var text = StorageXML.element("Bucket", bucket) + writes.element("KeyMarker", marker.0) + writes.note
        text += StorageXML.element("UploadIdMarker", marker.1) + writes.element("Prefix", prefix)
        text += StorageXML.element("MaxUploads", "\(limit)")
        text += StorageXML.element("IsTruncated", waiting.count > limit ? "true" : "false")
        if waiting.count > limit {
            text += writes.element("NextKeyMarker", waiting[limit - 1].key)
            text += StorageXML.element("NextUploadIdMarker", waiting[limit - 1].id)
        }
        for upload in waiting.prefix(limit) {
            text += "<Upload>" + writes.element("Key", upload.key) + StorageXML.element("UploadId", upload.id)
            text += StorageXML.element("StorageClass", "STANDARD")
            text += StorageXML.element("Initiated", StorageTime.stamp(upload.began)) + "</Upload>"
        }
        return Self.xml("ListMultipartUploadsResult", text)
    }

    // MARK: Buckets

    func listBuckets() -> HTTPReply {
        let entries = buckets.sorted { $0.key < $1.key }.map { name, bucket in
            "<Bucket>" + StorageXML.element("Name", name)
                + StorageXML.element("CreationDate", StorageTime.stamp(bucket.created))
                + StorageXML.element("Location", bucket.region) + "</Bucket>"
        }
        return Self.xml(
            "ListAllMyBucketsResult",
            "<Owner>\(StorageXML.element("ID", "simulated"))</Owner><Buckets>\(entries.joined())</Buckets>")
    }

    /// A bucket that is there already stays as it is.
    func createBucket(_ bucket: String) -> HTTPReply {
        if buckets[bucket] == nil {
            buckets[bucket] = StoredBucket(region: options.region, created: options.seconds())
        }
        return HTTPReply(200, [(name: "Location", value: "/\(bucket)")])
    }

    /// In each of the three ways of speaking the region stands in another place.
    func location(_ request: StorageRequest) -> HTTPReply {
        let region = StorageXML.escaped(options.region)
        guard request.isAmazon else { return Self.xml("Location", region) }
        let isNewest = request.head.value(of: "Authorization")?.hasPrefix("AWS4") ?? false
        return isNewest
            ? Self.xml("LocationConstraint", region)
            : Self.xml("CreateBucketConfiguration", "<LocationConstraint>\(region)</LocationConstraint>")
    }
}

/// Names in a list, percent-encoded where the request asks for that.
private struct EncodedNames {
    private let isEncoded: Bool

    init(_ request: StorageRequest) { isEncoded = request.head.parameter("encoding-type") == "url" }

    var note: String { isEncoded ? StorageXML.element("EncodingType", "url") : "" }

    func element(_ name: String, _ text: String) -> String {
        StorageXML.element(name, isEncoded ? AWS4Check.encoded(text) : text)
    }
}
