import Crypto
import Curl
import Lanes
import Signing

extension ObjectStoreClient {
    /// Puts a file in parts, or goes on where an earlier process stopped.
    func putInParts(
        _ upload: PartedUpload, _ ledger: UploadLedger?, _ meter: ProgressMeter?
    ) async throws -> PutObject {
        let entry = try ledger?.take(upload, of: store, at: policy.seconds())
        let begun = try await takeUp(upload, entry)
        if let whole = begun?.whole {
            entry?.remove()
            return whole
        }
        let start: UploadStart
        if let begun {
            start = begun
        } else {
            do {
                start = try await begin(upload, entry)
            } catch let error as ObjectStorageError {
                // A refusal has begun nothing; after a broken line nobody knows, and the note stays.
                if !error.isPassing { entry?.remove() }
                throw error
            }
        }
        do {
            let parts = try await sendParts(upload, start, meter)
            try upload.file.requireUnchanged(for: upload.operation)
            let etag = try await complete(upload, start, parts)
            entry?.remove()
            return PutObject(
                etag: etag, byteCount: upload.file.byteCount, uploadID: start.id,
                resumedByteCount: parts.reduce(0) { $0 + ($1.wasThere ? $1.byteCount : 0) })
        } catch {
            let isPassing = (error as? ObjectStorageError)?.isPassing ?? false
            // Where the line broke, the abort would not arrive either; the ledger knows of the parts.
            if !isPassing || entry == nil { await leave(upload.key, start.id, entry) }
            throw error
        }
    }

    /// An upload that has begun.
    struct UploadStart {
        let id: String
        let partSize: Int64
        /// The parts that the store has, by their numbers.
        var there: [Int: UploadedPart] = [:]
        /// The object, when the upload turns out to have been ended already.
        var whole: PutObject?
    }

    private func begin(_ upload: PartedUpload, _ entry: UploadEntry?) async throws -> UploadStart {
        let size = policy.partSize(ofFile: upload.file.byteCount)
        try entry?.begin(partSize: size)
        var call = StoreCall(upload.operation, "POST", upload.key)
        call.query = [.init("uploads", nil)]
        call.fields = upload.fields
        call.body = .bytes([])
        let response = try await ask(call)
        let root = try document(response, call, named: "InitiateMultipartUploadResult")
        guard let id = root.text(of: "UploadId"), !id.isEmpty, id.utf8.count <= 1024 else {
            throw badAnswer(response, call, "the store gave the upload no name")
        }
        do {
            try entry?.note(uploadID: id)
        } catch {
            // Parts that no note leads to would cost money for ever.
            await leave(upload.key, id, entry)
            throw error
        }
        return UploadStart(id: id, partSize: size)
    }

    /// Asks the store what it has of an upload that a ledger remembers; nil when there is nothing to go on with.
    private func takeUp(_ upload: PartedUpload, _ entry: UploadEntry?) async throws -> UploadStart? {
        guard let token = entry?.token, let id = token.uploadID else { return nil }
        guard token.matches(upload) else {
            await leave(upload.key, id, nil)
            return nil
        }
        var start = UploadStart(id: id, partSize: token.partSize)
        do {
            start.there = try await parts(of: upload.key, id)
            return start
        } catch let error as ObjectStorageError where error.code == .notFound {
            // It was ended before the ledger heard of it, or has expired.
            guard let object = try await head(upload.key), object.uploadID == id,
                object.byteCount == upload.file.byteCount
            else { return nil }
            start.whole = PutObject(
                etag: object.etag, byteCount: object.byteCount, uploadID: id, resumedByteCount: object.byteCount)
            return start
        }
    }

    // MARK: Parts

    private func sendParts(
        _ upload: PartedUpload, _ start: UploadStart, _ meter: ProgressMeter?
    ) async throws -> [SentPart] {
        let count = upload.partCount(of: start.partSize)
        var parts: [SentPart] = []
        let hashes = PartHashes(upload, partSize: start.partSize)
        defer { hashes.cancel() }
        try await withThrowingTaskGroup(of: SentPart.self) { group in
            var next = 1
            while next <= min(count, max(1, policy.parallelParts)) {
                let part = upload.part(next, of: start.partSize)
                group.addTask { try await self.send(part, of: upload, start, hashes, meter) }
                next += 1
            }
            while let sent = try await group.next() {
                parts.append(sent)
                guard next <= count else { continue }
                let part = upload.part(next, of: start.partSize)
                group.addTask { try await self.send(part, of: upload, start, hashes, meter) }
                next += 1
            }
        }
        return parts.sorted { $0.number < $1.number }
    }

    private struct SentPart: Sendable {
        let number: Int
        let byteCount: Int64
        let digest: [UInt8]
        /// The mark that the store gave, which may be another than the digest where it encrypts.
        let etag: String
        let wasThere: Bool

        init(_ part: PartedUpload.Part, digest: [UInt8], etag: String, wasThere: Bool) {
            number = part.number
            byteCount = part.count
            self.digest = digest
            self.etag = etag
            self.wasThere = wasThere
        }
    }

    /// Sends a part unless the store has it, and compares what arrived.
    ///
    /// The first parts of an upload leave while they are hashed, so that the line is never idle.
    private func send(
        _ part: PartedUpload.Part, of upload: PartedUpload, _ start: UploadStart, _ hashes: PartHashes,
        _ meter: ProgressMeter?
    ) async throws -> SentPart {
        let operation = "\(upload.operation), part \(part.number)"
        var known = start.there.isEmpty ? hashes.known(of: part.number) : try await hashes.digest(of: part.number)
        if let known, start.there[part.number] == UploadedPart(byteCount: part.count, etag: Hex.encode(known)) {
            return SentPart(part, digest: known, etag: Hex.encode(known), wasThere: true)
        }
        while true {
            var call = StoreCall(operation, "PUT", upload.key)
            call.query = [.init("partNumber", "\(part.number)"), .init("uploadId", start.id)]
            call.fields = known.map { [.init("Content-MD5", Base64.encode($0))] } ?? []
            call.body = upload.file.body(part.offset, part.count)
            call.limits = .upload
            let response = try await ask(call, counting: meter)
            let digest = try await hashes.digest(of: part.number)
            let etag = StoredObject.unquoted(response.headers["etag"])
            // A part that left before it was hashed, and whose mark does not prove it, leaves again for the store to check.
            if known == nil, isOpaque(response) || etag.lowercased() != Hex.encode(digest) {
                known = digest
                continue
            }
            try requireContent(etag, Hex.encode(digest), response, call)
            return SentPart(part, digest: digest, etag: etag, wasThere: false)
        }
    }

    // MARK: The end

    /// Makes one object of the parts.
    ///
    /// An answer that is lost or late may still have been the end of the upload; so the object is looked at before the
    /// request is repeated (Cloud Phone API, OBS upload).
    private func complete(
        _ upload: PartedUpload, _ start: UploadStart, _ parts: [SentPart]
    ) async throws -> String {
        let expected = try PartedUpload.etag(of: parts.map(\.digest))
        var call = StoreCall(upload.operation, "POST", upload.key)
        call.query = [.init("uploadId", start.id)]
        call.fields = [.init("Content-Type", "application/xml")]
        call.body = .bytes(PartedUpload.completion(parts.map(\.etag)))
        call.limits = HTTPLimits(firstByte: .seconds(180), stall: .seconds(60), total: nil)
        call.attempts = 1
        var failures = 0
        while true {
            do {
                let response = try await ask(call)
                let root = try document(response, call, named: "CompleteMultipartUploadResult")
                let etag = StoredObject.unquoted(root.text(of: "ETag"))
                try requireContent(etag, expected, response, call)
                return etag
            } catch let error as ObjectStorageError {
                failures += 1
                let mayBeDone = error.isPassing || error.code == .badAnswer || failures > 1 && error.code == .notFound
                guard mayBeDone else { throw error }
                if let object = await object(upload, madeBy: start, expected) { return object.etag }
                guard error.isPassing, failures < policy.attempts else { throw error }
                try await pause(policy.pause(after: failures, asked: nil))
            }
        }
    }

    /// The object, if it is the one that this upload makes; nil also when nobody can tell.
    private func object(
        _ upload: PartedUpload, madeBy start: UploadStart, _ expected: String
    ) async -> StoredObject? {
        // Not to know is no reason to stop: then the upload is ended once more.
        guard let found = try? await head(upload.key), found.byteCount == upload.file.byteCount else { return nil }
        let isThis = found.uploadID.map { $0 == start.id } ?? (found.etag == expected)
        return isThis ? found : nil
    }

    /// Aborts an upload, also when the task that wanted it is cancelled; what cannot be aborted stays in the ledger.
    private func leave(_ key: String, _ id: String, _ entry: UploadEntry?) async {
        let isGone = await Task {
            do {
                try await abortUpload(of: key, id)
                return true
            } catch {
                // The failure that led here is the one to report.
                return false
            }
        }.value
        if isGone { entry?.remove() }
    }
}
