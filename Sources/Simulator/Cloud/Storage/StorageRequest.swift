/// What a request to an object store is about: which bucket and object, and in whose words.
struct StorageRequest: Sendable {
    let head: HTTPRequestHead
    /// Nil for a request about all buckets.
    let bucket: String?
    /// The object's name, decoded; nil for the bucket itself.
    let key: String?
    /// Whether the bucket was named in the host's name.
    let isVirtualHost: Bool
    /// Whether it is asked in Amazon's words.
    let isAmazon: Bool

    /// - Parameter buckets: The buckets that are there, by which a host's first label is recognised.
    init(_ head: HTTPRequestHead, buckets: some Collection<String>) {
        self.head = head
        let host = head.value(of: "Host") ?? ""
        let label = host.split(separator: ".").first.map(String.init) ?? ""
        let isNumeric = host.utf8.first.map { (0x30...0x39).contains($0) || $0 == 0x5B } ?? true
        let labels = host.prefix { $0 != ":" }.split(separator: ".").count
        // Of hosts such as bucket.obs.region.myhuaweicloud.com and bucket.localhost the first label is the bucket.
        isVirtualHost = !isNumeric && label != "obs" && labels > 1 || buckets.contains { host.hasPrefix("\($0).") }
        if isVirtualHost {
            bucket = buckets.filter { host.hasPrefix("\($0).") }.max { $0.count < $1.count } ?? label
            let key = String(head.path.dropFirst())
            self.key = key.isEmpty ? nil : key
        } else {
            let parts = head.path.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let bucket = parts.first.map(String.init) ?? ""
            self.bucket = bucket.isEmpty ? nil : bucket
            let key = parts.count > 1 ? String(parts[1]) : ""
            self.key = key.isEmpty ? nil : key
        }
        let authorization = head.value(of: "Authorization") ?? ""
        isAmazon =
            authorization.hasPrefix("AWS") || head.parameter("AWSAccessKeyId") != nil
            || head.fields.contains { $0.name.lowercased().hasPrefix("x-amz-") }
    }

    /// `x-obs-` or `x-amz-`.
    var fieldPrefix: String { isAmazon ? "x-amz-" : "x-obs-" }

    func has(_ name: String) -> Bool { head.query.contains { $0.name == name } }

    /// What it asks for, as the record counts it; nil for what no store knows.
    var operation: String? {
        switch (head.method, bucket != nil, key != nil) {
        case ("GET", false, _): "ListBuckets"
        case ("HEAD", true, false): "HeadBucket"
        case ("PUT", true, false) where head.query.isEmpty: "CreateBucket"
        case ("GET", true, false):
            has("location") ? "GetBucketLocation" : has("uploads") ? "ListMultipartUploads" : "ListObjects"
        case ("POST", true, false) where has("delete"): "DeleteObjects"
        case ("PUT", true, true): has("partNumber") ? "UploadPart" : "PutObject"
        case ("GET", true, true): has("uploadId") ? "ListParts" : "GetObject"
        case ("HEAD", true, true): "HeadObject"
        case ("DELETE", true, true): has("uploadId") ? "AbortMultipartUpload" : "DeleteObject"
        case ("POST", true, true):
            has("uploads") ? "InitiateMultipartUpload" : has("uploadId") ? "CompleteMultipartUpload" : nil
        default: nil
        }
    }
}
