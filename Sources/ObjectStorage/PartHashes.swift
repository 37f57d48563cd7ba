import Synchronization

// Sendable: touched only on the client's lane, but for `done`.

/// The hashes of the parts of an upload, made ahead of the parts that travel: the first alone, so that it can leave soon,
/// and the others in batches of as many as can be hashed side by side.
final class PartHashes: @unchecked Sendable {
    private let upload: PartedUpload
    private let partSize: Int64
    private let partCount: Int
    private var batches: [Int: Task<[[UInt8]], any Error>] = [:]
    private let done = Mutex<[Int: [[UInt8]]]>([:])

    init(_ upload: PartedUpload, partSize: Int64) {
        self.upload = upload
        self.partSize = partSize
        partCount = upload.partCount(of: partSize)
    }

    /// The MD5 of a part if it is known by now; it and those that follow are begun.
    func known(of number: Int) -> [UInt8]? {
        let place = Self.place(of: number)
        begin(place)
        return done.withLock { $0[place]?[number - Self.first(in: place)] }
    }

    /// The MD5 of a part; those that follow are begun as well.
    func digest(of number: Int) async throws -> [UInt8] {
        let place = Self.place(of: number)
        return try await begin(place).value[number - Self.first(in: place)]
    }

    /// Begins a batch and the one behind it.
    @discardableResult
    private func begin(_ place: Int) -> Task<[[UInt8]], any Error> {
        let batch = batch(place)
        if Self.first(in: place + 1) <= partCount { _ = self.batch(place + 1) }
        return batch
    }

    /// Leaves what is not done yet.
    func cancel() { for batch in batches.values { batch.cancel() } }

    /// The batch that a part is in: part 1 in batch 0, parts 2 to 9 in batch 1.
    private static func place(of number: Int) -> Int { (number + MD5Lanes.count - 2) / MD5Lanes.count }

    private static func first(in place: Int) -> Int { place == 0 ? 1 : (place - 1) * MD5Lanes.count + 2 }

    private func batch(_ place: Int) -> Task<[[UInt8]], any Error> {
        if let begun = batches[place] { return begun }
        let last = min(Self.first(in: place + 1) - 1, partCount)
        let pieces = (Self.first(in: place)...last).map { number in
            let part = upload.part(number, of: partSize)
            return FileHash.Piece(offset: part.offset, count: part.count)
        }
        let batch = Task { [self] in
            let digests = try await FileHash.md5(of: upload.file, pieces, number: place, for: upload.operation)
            done.withLock { $0[place] = digests }
            return digests
        }
        batches[place] = batch
        return batch
    }
}
