import Crypto
import Curl
import Glibc
import Lanes

/// The attempts at one file, until it is whole or patience ends; runs on the client's lane.
struct FetchAttempts {
    private let source: FetchSource
    private let part: PartialFile
    private let policy: FetchPolicy
    private let client: HTTPClient
    private let meter: ProgressMeter?
    private let gauge: FetchGauge?
    private let address: SHA256Digest
    /// What is known of the part that has come.
    private var record: FetchRecord
    /// What is known of the file that is there from an earlier fetch, when the server can be asked for a newer one.
    private var previous: FetchRecord?
    /// The record of a whole file, to be put back when nothing comes in its place.
    private var kept: FetchRecord?
    private var failuresInARow = 0
    private var attempts = 0
    private var freshStarts = 0
    /// Whether the next request is to be made with other keys, and whether one was.
    private var renews = false
    private var hasRenewed = false

    /// How often a file is begun anew because the server contradicted itself, before it is left.
    private static let mostFreshStarts = 3
    /// More attempts than this are not made, however much each brings.
    private static let mostAttempts = 200
    /// An attempt that brought fewer bytes than this counts as one that brought nothing.
    private static let progress: Int64 = 64 << 10

    init(
        _ source: FetchSource, part: PartialFile, policy: FetchPolicy, client: HTTPClient, meter: ProgressMeter?,
        gauge: FetchGauge?
    ) {
        self.source = source
        self.part = part
        self.policy = policy
        self.client = client
        self.meter = meter
        self.gauge = gauge
        address = source.place
        record = FetchRecord(place: address)
    }

    /// Fetches.
    ///
    /// - Parameter found: The record that lay beside the file.
    mutating func run(record found: FetchRecord?) async throws -> FetchedFile {
        try await takeUp(found)
        do {
            while true {
                let before = part.size
                attempts += 1
                do {
                    if let file = try await attempt() { return file }
                    // An answer that held only a piece: on with the next.
                    try count(part.size - before, nil)
                } catch let error as StartAnew {
                    try startAnew(because: error)
                } catch let error as HTTPError {
                    guard error.isPassing else { throw FetchError(error, source.operation, attempts: attempts) }
                    try count(part.size - before, FetchError(error, source.operation, attempts: attempts))
                    try await pause(asked: nil)
                } catch let error as Busy {
                    try count(0, error.reason)
                    try await pause(asked: error.pause)
                }
            }
        } catch {
            leaveOnlyWhatCanBeResumed()
            throw error
        }
    }

    // MARK: What is there

    private mutating func takeUp(_ found: FetchRecord?) async throws {
        if let found, let whole = found.whole, found.place == address, source.sha256 == nil, found.isConditional,
            FileMark(path: part.place.path) == whole.mark
        {
            previous = found
        }
        if found?.whole != nil { kept = found }
        guard let found, found.whole == nil, isResumable(found), part.sizeOnDisk() <= found.total ?? .max else {
            return try part.startAnew()
        }
        try await part.takeUp()
        record = found
        // Marks of another address say nothing here; then the checksum alone decides.
        if found.place != address {
            record = FetchRecord(place: address)
            record.expected = found.expected
            record.total = found.total
        }
    }

    private func isResumable(_ found: FetchRecord) -> Bool {
        if let expected = source.sha256 { return found.expected == expected || found.place == address }
        return found.place == address && found.boot != nil && found.boot == FetchPlace.boot
            && found.rangeValidator != nil
    }

    private func leaveOnlyWhatCanBeResumed() {
        guard part.size == 0 || !isResumable(record) else { return }
        part.remove()
        forgetRecord()
    }

    private func forgetRecord() {
        guard let kept else { return part.place.removeRecord() }
        // It only saves work, so a disk that is full may go without it.
        do throws(FetchError) { try part.place.write(kept) } catch { part.place.removeRecord() }
    }

    // MARK: One attempt

    /// The server asks to come back later.
    private struct Busy: Error {
        let reason: FetchError
        let pause: Duration?
    }

    /// The file, or nil when the answer held a piece of it only.
    private mutating func attempt() async throws -> FetchedFile? {
        let sink = FetchSink(source, into: part, known: record, policy: policy, meter: meter, gauge: gauge)
        let isRanged = part.size > 0
        let request = try await source.origin.request(conditions, limits: policy.limits, renewing: renews)
        renews = false
        let response: HTTPResponse
        do {
            response = try await (source.origin.client ?? client).download(request, into: sink)
        } catch {
            if let said = sink.record { record = said }
            throw error
        }
        if let said = sink.record { record = said }
        switch response.status {
        case 200..<300:
            guard record.total.map({ part.size >= $0 }) ?? true else { return nil }
            return try await finish()
        case 304:
            guard let previous, let whole = previous.whole, !isRanged else {
                throw refusal(response, "the server says that nothing changed, though it was not asked")
            }
            part.remove()
            return FetchedFile(
                path: part.place.path, sha256: whole.sha256, byteCount: whole.mark.byteCount, etag: previous.etag,
                wasCached: true)
        case 412 where isRanged && source.origin.takesIfMatch:
            throw StartAnew(reason: "the file changed on the server while it was fetched")
        case 416 where isRanged:
            let total = response.headers["content-range"].flatMap(ContentRange.init)?.total
            let isSameVersion = source.sha256 != nil || record.etag != nil && response.headers["etag"] == record.etag
            guard total == part.size, isSameVersion else { throw StartAnew(reason: "the server refused the range") }
            return try await finish()
        default:
            throw failure(response)
        }
    }

    /// What an answer that is none of success leads to.
    private mutating func failure(_ response: HTTPResponse) -> any Error {
        let said = source.origin.refusal(response)
        if let said, said.asksForOtherKeys, !hasRenewed {
            renews = true
            hasRenewed = true
            return Busy(reason: refusal(response, code: .noAnswer), pause: .zero)
        }
        guard said?.isPassing ?? [408, 425, 429, 500, 502, 503, 504].contains(response.status) else {
            return refusal(response)
        }
        let asked = response.headers.retryAfter(now: time(nil))
        return Busy(reason: refusal(response, code: .noAnswer), pause: asked)
    }

    private var conditions: [FetchOrigin.Field] {
        var fields = [("Accept-Encoding", "identity")]
        if part.size > 0 {
            fields.append(("Range", "bytes=\(part.size)-"))
            if source.origin.takesIfMatch, let etag = record.etag {
                fields.append(("If-Match", etag))
            } else if let validator = record.rangeValidator {
                fields.append(("If-Range", validator))
            }
        } else if let previous {
            if let etag = previous.etag { fields.append(("If-None-Match", etag)) }
            // Where the mark is the version, a second question may contradict the first.
            if let changed = previous.lastModified, !source.origin.takesIfMatch || previous.etag == nil {
                fields.append(("If-Modified-Since", changed))
            }
        }
        return fields
    }

    private mutating func finish() async throws -> FetchedFile {
        let wasJoined = part.isJoined
        let size = part.size
        let digest = part.digest()
        if let wanted = source.sha256, digest != wanted {
            // What came in pieces may have been joined wrongly: of two versions, or behind a part that was damaged.
            if wasJoined, freshStarts == 0 {
                throw StartAnew(reason: "the pieces do not make the file that was expected")
            }
            part.remove()
            forgetRecord()
            throw FetchError(
                .wrongChecksum, source.operation, "its sha256 is \(digest), and \(wanted) was expected",
                advice: "check the checksum, and who changed the file; nothing was kept of it")
        }
        let mark = try await part.finish()
        record.whole = FetchRecord.Whole(sha256: digest, mark: mark)
        record.total = size
        record.boot = nil
        try part.place.write(record)
        return FetchedFile(
            path: part.place.path, sha256: digest, byteCount: size, etag: record.etag, wasCached: false)
    }

    private func refusal(
        _ response: HTTPResponse, _ reason: String? = nil, code: FetchError.Code = .refused
    ) -> FetchError {
        let said = reason == nil ? source.origin.refusal(response) : nil
        let usual: String? =
            switch response.status {
            case 401, 403, 407: "check that whoever asks may have it"
            case 404, 410: "check the address"
            case 408, 425, 429, 500...: "try later"
            default: nil
            }
        let times = attempts > 1 && code == .noAnswer ? " (attempt \(attempts))" : ""
        return FetchError(
            code, source.operation, (reason ?? said?.reason ?? "the server answered \(response.status)") + times,
            advice: said.map(\.advice) ?? usual, status: response.status)
    }

    // MARK: Patience

    private mutating func startAnew(because error: StartAnew) throws {
        freshStarts += 1
        guard freshStarts <= Self.mostFreshStarts else {
            throw FetchError(
                .badAnswer, source.operation, "\(error.reason), \(freshStarts) times", advice: "check the server")
        }
        try part.startAnew()
        record = FetchRecord(place: address)
    }

    /// Counts an attempt that did not bring the whole; what it brought renews the patience.
    private mutating func count(_ brought: Int64, _ failure: FetchError?) throws {
        switch failure {
        case nil where brought > 0: failuresInARow = 0
        case _ where brought >= Self.progress: failuresInARow = 1
        default: failuresInARow += 1
        }
        guard failuresInARow < policy.attempts, attempts < Self.mostAttempts else {
            throw failure
                ?? FetchError(.badAnswer, source.operation, "the server sends it in pieces that lead to no end")
        }
    }

    private func pause(asked: Duration?) async throws {
        meter?.expectBytes(false)
        defer { meter?.expectBytes(true) }
        let share = Double.random(in: 0...1)
        try await client.lane.sleep(
            for: policy.pause(after: max(1, failuresInARow), asked: asked, share: share))
    }
}
