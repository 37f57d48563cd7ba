import Crypto
public import Curl
import Glibc
public import Lanes

/// Fetches files over HTTP: resumed where they stopped, checked by their hash, and never there before they are whole.
///
/// Beside a file `NAME` stand `.NAME.part` while it comes and `.NAME.fetch`, a record that saves the next fetch.
public actor Fetcher {
    private let client: HTTPClient
    private let policy: FetchPolicy
    /// The client's lane, on which everything happens.
    public nonisolated let lane: Lane

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Fetches with a client, which may serve others too.
    public init(_ client: HTTPClient, policy: FetchPolicy = FetchPolicy()) {
        self.client = client
        self.policy = policy
        lane = client.lane
    }

    /// Sees to it that what is at `source` is in the file at `path`, whose folder must be there.
    ///
    /// A file with the right checksum is taken without a request; without a checksum the server is asked whether there is
    /// something newer. A cancelled or failed fetch keeps what has come where it can be resumed.
    ///
    /// - Parameters:
    ///   - meter: Counts what comes.
    ///   - gauge: Hears how far the file has come, and how it ends.
    /// - Throws: ``FetchError``, or `CancellationError`.
    public func fetch(
        _ source: FetchSource, to path: String, meter: ProgressMeter? = nil, gauge: FetchGauge? = nil
    ) async throws -> FetchedFile {
        do {
            let file = try await bring(source, to: path, meter, gauge)
            gauge?.arrive(file)
            return file
        } catch {
            gauge?.fail()
            throw error
        }
    }

    private func bring(
        _ source: FetchSource, to path: String, _ meter: ProgressMeter?, _ gauge: FetchGauge?
    ) async throws -> FetchedFile {
        guard source.origin.isProtected || source.sha256 != nil || policy.takesPlainText else {
            throw FetchError(
                .unprotected, source.operation, "plain http cannot tell whether it is the right file",
                advice: "use https, or name its sha256")
        }
        let place = try FetchPlace(path, for: source.operation)
        while true {
            let record = place.readRecord()
            if let there = try await presentFile(source, at: place, record) { return there }
            if let part = try PartialFile.open(place) {
                var attempt = FetchAttempts(
                    source, part: part, policy: policy, client: client, meter: meter, gauge: gauge)
                meter?.expectBytes(true)
                defer { meter?.expectBytes(false) }
                return try await attempt.run(record: record)
            }
            // Another program fetches it at this moment, and what it leaves may be all that is wanted.
            try await lane.sleep(for: .milliseconds(200))
        }
    }

    /// What an earlier fetch left at `path`, told without asking the server and without reading the file: for plans, and for
    /// runs that go on where another stopped.
    ///
    /// - Returns: nil when nothing is there, when the file was changed since, or when it is not what `source` wants.
    public static func remembered(_ source: FetchSource, at path: String) -> FetchedFile? {
        guard let place = try? FetchPlace(path, for: source.operation), let record = place.readRecord(),
            let whole = record.whole, FileMark(path: path) == whole.mark
        else { return nil }
        let isWanted = source.sha256.map { $0 == whole.sha256 } ?? (record.place == source.place)
        guard isWanted else { return nil }
        return FetchedFile(
            path: path, sha256: whole.sha256, byteCount: whole.mark.byteCount, etag: record.etag, wasCached: true)
    }

    /// The file at the place when its content is known to be the wanted one.
    private func presentFile(
        _ source: FetchSource, at place: FetchPlace, _ record: FetchRecord?
    ) async throws -> FetchedFile? {
        guard let wanted = source.sha256, let mark = FileMark(path: place.path) else { return nil }
        if let whole = record?.whole, whole.mark == mark {
            guard whole.sha256 == wanted else { return nil }
            return FetchedFile(
                path: place.path, sha256: wanted, byteCount: mark.byteCount, etag: record?.etag, wasCached: true)
        }
        let read = try await FileHash.of(place)
        guard read.sha256 == wanted else { return nil }
        var found = FetchRecord(place: source.place)
        found.whole = read
        // A part of something else may be described there; then the file is hashed again the next time.
        if FileMark(path: place.partPath) == nil { try place.write(found) }
        return FetchedFile(
            path: place.path, sha256: wanted, byteCount: read.mark.byteCount, etag: nil, wasCached: true)
    }
}

/// Hashes a file that is there.
enum FileHash {
    /// The hash and the mark of a file, with pauses in which the lane's other work goes on.
    static func of(_ place: FetchPlace) async throws -> FetchRecord.Whole {
        let descriptor = open(place.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw place.failure("open \(place.path)") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw place.failure("stat \(place.path)") }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var hash = SHA256()
        while true {
            try Task.checkCancellation()
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count >= 0 else { throw place.failure("read \(place.path)") }
            guard count > 0 else { break }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            await Task.yield()
        }
        return FetchRecord.Whole(sha256: hash.finish(), mark: FileMark(status))
    }
}
