import Crypto
import Curl
import Signing

extension ObjectStoreClient {
    /// What the store says of an object; nil when there is none of that name.
    ///
    /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
    public func head(_ key: String) async throws -> StoredObject? {
        var call = StoreCall("look at \(store.name(of: key))", "HEAD", key)
        call.accepted = [404]
        let response = try await ask(call)
        guard response.status != 404 else { return nil }
        guard let object = StoredObject(key, head: response) else {
            throw badAnswer(response, call, "the store does not say how large it is")
        }
        return object
    }

    /// Removes an object; one that is not there is fine.
    ///
    /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
    public func delete(_ key: String) async throws {
        _ = try await ask(StoreCall("delete \(store.name(of: key))", "DELETE", key))
    }

    /// An object that stayed, and why.
    public struct UndeletedObject: Hashable, Sendable {
        /// The object.
        public let key: String
        /// The store's own word, such as `AccessDenied`.
        public let code: String
        /// The store's own sentence.
        public let message: String
    }

    /// Removes many objects, 1,000 with each request.
    ///
    /// - Returns: Those that the store did not remove.
    /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
    public func deleteMany(_ keys: [String]) async throws -> [UndeletedObject] {
        var stayed: [UndeletedObject] = []
        var rest = keys[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.mostDeletedAtOnce)
            rest = rest.dropFirst(batch.count)
            let objects = batch.map { "<Object><Key>\($0.xmlEscaped)</Key></Object>" }.joined()
            let body = Array("<Delete><Quiet>true</Quiet>\(objects)</Delete>".utf8)
            var call = StoreCall("delete \(batch.count) objects of \(store.name(of: nil))", "POST")
            call.query = [.init("delete", nil)]
            call.fields = [
                .init("Content-Type", "application/xml"), .init("Content-MD5", Base64.encode(try MD5.hash(of: body))),
            ]
            call.body = .bytes(body)
            let root = try document(try await ask(call), call, named: "DeleteResult")
            stayed += root.all("Error").map { error in
                UndeletedObject(
                    key: error["Key"]?.text ?? "", code: error.text(of: "Code") ?? "",
                    message: error.text(of: "Message") ?? "")
            }
        }
        return stayed
    }

    private static let mostDeletedAtOnce = 1000

    // MARK: The bucket

    /// Whether the bucket is there and may be used.
    ///
    /// - Throws: ``ObjectStorageError`` when it may not be used, or is in another region; what the supply of keys throws,
    ///   or `CancellationError`.
    public func bucketExists() async throws -> Bool {
        var call = StoreCall("look at the bucket \(store.bucket)", "HEAD")
        call.accepted = [404]
        return try await ask(call).status != 404
    }

    /// The region that the bucket is in; empty when the store has no regions.
    ///
    /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
    public func bucketRegion() async throws -> String {
        let call = StoreCall("ask for the region of the bucket \(store.bucket)", "HEAD")
        let response = try await ask(call)
        if let region = response.headers["x-obs-bucket-location"] ?? response.headers["x-amz-bucket-region"] {
            return region
        }
        var question = StoreCall(call.operation, "GET")
        question.query = [.init("location", nil)]
        let root = try document(
            try await ask(question), question, named: "Location", "LocationConstraint", "CreateBucketConfiguration")
        return (root["Location"] ?? root["LocationConstraint"] ?? root).text.trimmingBlanks
    }
}
