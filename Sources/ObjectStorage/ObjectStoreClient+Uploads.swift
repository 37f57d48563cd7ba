import Curl
import Signing

/// A part that a store has.
public struct UploadedPart: Hashable, Sendable {
    /// Its size, in bytes.
    public let byteCount: Int64
    /// The MD5 of its content in hex.
    public let etag: String
}

/// An upload in parts that has begun and not ended.
public struct PendingUpload: Hashable, Sendable {
    /// The name of the object that it would make.
    public let key: String
    /// Its name at the store.
    public let id: String
    /// When it began, as the store writes it; nil when it did not say.
    public let initiated: String?
}

extension ObjectStoreClient {
    /// The uploads in parts that have begun and not ended, of keys that begin with `prefix`.
    ///
    /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
    public func listUploads(prefix: String = "") async throws -> [PendingUpload] {
        var call = StoreCall("list the uploads of \(store.name(of: prefix.isEmpty ? nil : prefix))", "GET")
        var uploads: [PendingUpload] = []
        var place: (key: String, id: String)?
        while true {
            call.query = [.init("uploads", nil), .init("prefix", prefix)]
            if let place { call.query += [.init("key-marker", place.key), .init("upload-id-marker", place.id)] }
            let response = try await ask(call)
            let root = try document(response, call, named: "ListMultipartUploadsResult")
            let page = root.all("Upload").compactMap { element -> PendingUpload? in
                guard let key = element["Key"]?.text, let id = element.text(of: "UploadId") else { return nil }
                return PendingUpload(key: key, id: id, initiated: element.text(of: "Initiated"))
            }
            uploads += page
            guard root.text(of: "IsTruncated") == "true", let last = page.last else { return uploads }
            let next = (
                key: root["NextKeyMarker"]?.text ?? last.key, id: root.text(of: "NextUploadIdMarker") ?? last.id
            )
            guard place.map({ $0 != next }) ?? true else {
                throw badAnswer(response, call, "the list leads in circles")
            }
            place = next
        }
    }

    /// Ends an upload in parts, whose parts the store throws away; one that is gone already is fine.
    ///
    /// - Throws: ``ObjectStorageError``, what the supply of keys throws, or `CancellationError`.
    public func abortUpload(of key: String, _ id: String) async throws {
        var call = StoreCall("abort the upload of \(store.name(of: key))", "DELETE", key)
        call.query = [.init("uploadId", id)]
        call.accepted = [404]
        let response = try await ask(call)
        guard response.status == 404 else { return }
        let answer = StoreAnswer(response)
        // Also a bucket may be missing, and then something else is wrong.
        guard answer.code != "NoSuchBucket" else {
            throw ObjectStorageError(answer, call.operation, store: store, ours: policy.time)
        }
    }

    /// Ends the uploads that killed processes left, as their parts cost money.
    ///
    /// - Parameters:
    ///   - ledger: Where the uploads are noted; those of other buckets, and those under way, are left alone.
    ///   - prefix: Only those of objects whose names begin so.
    ///   - age: Only those that began so long ago. One whose name never arrived is left for a quarter of an hour in any
    ///     case, as it cannot be told from one that another process begins meanwhile.
    ///   - keys: Objects that will be put now, whose uploads are taken up instead.
    /// - Returns: The objects whose uploads were ended.
    /// - Throws: ``ObjectStorageError`` of the first that could not be ended, after the others were; what the supply of
    ///   keys throws, or `CancellationError`.
    @discardableResult
    public func abortOrphans(
        in ledger: UploadLedger, below prefix: String = "", olderThan age: Duration = .zero,
        sparing keys: Set<String> = []
    ) async throws -> [String] {
        let now = policy.seconds()
        var ended: [String] = []
        var failure: (any Error)?
        for entry in ledger.abandoned() {
            guard let token = entry.token else {
                // The process ended before it had written what it was about to ask for.
                entry.remove()
                continue
            }
            let settled = max(token.uploadID == nil ? Self.namelessSeconds : 0, Int(age.components.seconds))
            guard token.belongs(to: store), !keys.contains(token.key), token.key.utf8.starts(with: prefix.utf8),
                token.began + settled <= now
            else { continue }
            do {
                if try await abort(token) { ended.append(token.key) }
                entry.remove()
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return ended
    }

    /// How long after its entry an upload may begin at the store, whose clock may be another.
    private static let namelessSeconds = 900

    /// Ends the upload of an entry; without a name it is looked for by its object and time.
    private func abort(_ token: UploadToken) async throws -> Bool {
        if let id = token.uploadID {
            try await abortUpload(of: token.key, id)
            return true
        }
        let first = Self.timestamp(token.began - 120)
        let last = Self.timestamp(token.began + Self.namelessSeconds)
        var hasFound = false
        for upload in try await listUploads(prefix: token.key) where upload.key == token.key {
            guard let initiated = upload.initiated?.prefix(19), initiated >= first, initiated <= last else { continue }
            try await abortUpload(of: upload.key, upload.id)
            hasFound = true
        }
        return hasFound
    }

    /// `2026-01-02T03:04:05`, as stores write times up to the second.
    private static func timestamp(_ seconds: Int) -> String {
        let time = Array(SigningTime(secondsSince1970: seconds).compact)
        let (date, clock) = (time.prefix(8), time.dropFirst(9))
        return "\(String(date.prefix(4)))-\(String(date[4..<6]))-\(String(date[6..<8]))T"
            + "\(String(clock.prefix(2))):\(String(clock.dropFirst(2).prefix(2))):\(String(clock.dropFirst(4).prefix(2)))"
    }

    /// The parts that the store has of an upload, by their numbers.
    func parts(of key: String, _ id: String) async throws -> [Int: UploadedPart] {
        var call = StoreCall("list the parts of \(store.name(of: key))", "GET", key)
        var parts: [Int: UploadedPart] = [:]
        var marker = 0
        while true {
            call.query = [.init("uploadId", id)]
            if marker > 0 { call.query.append(.init("part-number-marker", "\(marker)")) }
            let response = try await ask(call)
            // The second name is the one of a widespread imitation.
            let root = try document(response, call, named: "ListPartsResult", "ListPartsResponse")
            var last = marker
            for element in root.all("Part") {
                guard let number = element.text(of: "PartNumber").flatMap({ Int($0) }),
                    let size = element.text(of: "Size").flatMap({ Int64($0) })
                else { throw badAnswer(response, call, "a part has no number or no size") }
                parts[number] = UploadedPart(
                    byteCount: size, etag: StoredObject.unquoted(element.text(of: "ETag")).lowercased())
                last = max(last, number)
            }
            guard root.text(of: "IsTruncated") == "true" else { return parts }
            guard last > marker else { throw badAnswer(response, call, "the list leads in circles") }
            marker = last
        }
    }
}
