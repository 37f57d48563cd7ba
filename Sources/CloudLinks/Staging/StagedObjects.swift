import CloudPhone
import Crypto
import Farm
import ObjectStorage

/// An object that drover brought to the bucket of an account.
public struct StagedObject: Hashable, Sendable {
    /// The account that was asked.
    public let account: String
    /// Its bucket.
    public let bucket: String
    /// The object: `drover/`, the content's SHA-256, `.apk` or `.tar`; or what a seed phone exported, below `drover/shared/`.
    public let key: String
    /// Its size, in bytes.
    public let byteCount: Int64
    /// When it was brought, in seconds since 1970; nil when the store did not say.
    public let modified: Int64?
    /// The day on which it goes by itself, such as `2026-01-09`; nil for one that stays.
    public let expiryDay: String?
}

extension CloudAccounts {
    /// What drover brought to the buckets of all accounts, by bucket and name; nobody else's objects.
    ///
    /// - Throws: ``ServiceError``, `CancellationError`.
    public func stagedObjects() async throws -> [StagedObject] {
        var found: [StagedObject] = []
        for (account, bucket) in try buckets() {
            try await Self.wrapping("list what is staged in \(bucket.store.bucket)") {
                var listed: [StoredObject] = []
                for try await object in bucket.objects(prefix: Staging.prefix) where Self.isStaged(object.key) {
                    listed.append(object)
                }
                found += try await Self.details(of: listed, account: account, in: bucket)
            }
        }
        return found
    }

    /// Removes objects; what goes away meanwhile is fine.
    ///
    /// - Returns: Those that stayed, with the store's word.
    /// - Throws: ``ServiceError``, `CancellationError`.
    public func remove(_ objects: [StagedObject]) async throws -> [(object: StagedObject, reason: String)] {
        var stayed: [(object: StagedObject, reason: String)] = []
        for (account, bucket) in try buckets() {
            let own = objects.filter { $0.account == account }
            guard !own.isEmpty else { continue }
            try await Self.wrapping("remove what is staged in \(bucket.store.bucket)") {
                for left in try await bucket.deleteMany(own.map(\.key)) {
                    guard let object = own.first(where: { $0.key == left.key }) else { continue }
                    stayed.append((object, left.message.isEmpty ? left.code : "\(left.message) (\(left.code))"))
                }
            }
        }
        return stayed
    }

    /// Ends all uploads in parts to these buckets that runs of this machine left and that no process has under way.
    ///
    /// - Returns: The objects that they would have made, as `obs://BUCKET/KEY`.
    /// - Throws: ``ServiceError``, `CancellationError`.
    public func abortLeftUploads() async throws -> [String] {
        guard let folder = options.ledger else { return [] }
        var ended: [String] = []
        for (_, bucket) in try buckets() {
            try await Self.wrapping("end the uploads that were left in \(bucket.store.bucket)") {
                let keys = try await bucket.abortOrphans(in: UploadLedger(folder: folder), below: Staging.prefix)
                ended += keys.map { "obs://\(bucket.store.bucket)/\($0)" }
            }
        }
        return ended
    }

    /// The buckets of the accounts, each once, as the first account sees it.
    private func buckets() throws(ServiceError) -> [(account: String, bucket: ObjectStoreClient)] {
        var found: [(account: String, bucket: ObjectStoreClient)] = []
        for account in accounts {
            guard let name = account.bucket else { continue }
            let bucket = try bucket(name, account: account.name)
            let isKnown = found.contains {
                $0.bucket.store.bucket == name && $0.bucket.store.endpoint == bucket.store.endpoint
            }
            if !isKnown { found.append((account.name, bucket)) }
        }
        return found
    }

    /// Whether a name is one that drover gives.
    private static func isStaged(_ key: String) -> Bool {
        let name = key.dropFirst(Staging.prefix.count)
        if name.hasPrefix("shared/") { return name.hasSuffix(".tar") }
        let isKnown = name.hasSuffix(".apk") || name.hasSuffix(".tar")
        return isKnown && SHA256Digest(hex: String(name.dropLast(4))) != nil
    }

    /// Asks for what lists do not show, several at a time.
    private static func details(
        of objects: [StoredObject], account: String, in bucket: ObjectStoreClient
    ) async throws -> [StagedObject] {
        var days: [String: String] = [:]
        try await withThrowingTaskGroup(of: (String, String?).self) { group in
            var waiting = objects.makeIterator()
            func next() {
                guard let object = waiting.next() else { return }
                group.addTask { (object.key, try await bucket.head(object.key)?.expiryDay) }
            }
            for _ in 0..<8 { next() }
            while let (key, day) = try await group.next() {
                days[key] = day
                next()
            }
        }
        return objects.map { object in
            StagedObject(
                account: account, bucket: bucket.store.bucket, key: object.key, byteCount: object.byteCount,
                modified: object.lastModified.flatMap(CloudTime.seconds(of:)).map { Int64($0) },
                expiryDay: days[object.key])
        }
    }

    private static func wrapping(_ operation: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ObjectStorageError {
            throw ServiceError(error.serviceCode ?? "bucket", operation: operation, reason: "\(error)")
        } catch let error as CloudError {
            throw ServiceError(error, operation)
        }
    }
}
