import Curl
import Lanes

/// What of a download could not be used, and asks for another attempt without it.
struct StartAnew: Error {
    let reason: String
}

// Sendable: touched only on the client's lane, by one download.

/// Puts the body of one answer where it belongs: behind what has come, or from the start.
final class FetchSink: DownloadSink, @unchecked Sendable {
    /// What the server said of the file; nil until an answer began.
    private(set) var record: FetchRecord?
    private let source: FetchSource
    private let part: PartialFile
    private let known: FetchRecord
    private let policy: FetchPolicy
    private let meter: ProgressMeter?
    private let gauge: FetchGauge?
    private var end: Int64?

    /// - Parameter known: What earlier answers said of the part that has come.
    init(
        _ source: FetchSource, into part: PartialFile, known: FetchRecord, policy: FetchPolicy, meter: ProgressMeter?,
        gauge: FetchGauge?
    ) {
        self.source = source
        self.part = part
        self.known = known
        self.policy = policy
        self.meter = meter
        self.gauge = gauge
    }

    func begin(_ head: HTTPResponse) throws {
        if let encoding = head.headers["content-encoding"], encoding.lowercased() != "identity" {
            throw FetchError(
                .badAnswer, source.operation,
                "the server sends it compressed (\(encoding)) though that was not asked for")
        }
        var record = FetchRecord(place: known.place)
        record.etag = FetchRecord.kept(head.headers["etag"])
        record.lastModified = FetchRecord.kept(head.headers["last-modified"])
        record.expected = source.sha256
        record.boot = FetchPlace.boot
        switch head.status {
        case 206 where part.size > 0:
            record.total = try continued(head, as: record)
            part.isJoined = true
        case 200:
            // Also the answer of a server that knows no ranges, and of one whose file has changed.
            try part.startAnew()
            record.total = head.headers["content-length"].flatMap { ContentRange.number($0) }
        default:
            throw FetchError(
                .badAnswer, source.operation, "the server answered \(head.status), which holds no file",
                status: head.status)
        }
        end = record.total
        self.record = record
        if let total = record.total {
            try requireLimit(total)
            try part.requireSpace(for: total - part.size)
        }
        // Before the first byte, so that a part is never there without what it is a part of.
        try part.place.write(record)
        gauge?.begin(at: part.size, of: record.total)
    }

    /// Checks that an answer goes on where the part ends, and is of the same version; the answer is the whole's size.
    private func continued(_ head: HTTPResponse, as record: FetchRecord) throws -> Int64? {
        guard let range = head.headers["content-range"].flatMap(ContentRange.init), range.start == part.size else {
            throw StartAnew(reason: "the server sent another range than it was asked for")
        }
        let isSame =
            differs(known.etag, record.etag) == false && differs(known.lastModified, record.lastModified) == false
            && differs(known.total, range.total) == false
        guard isSame else { throw StartAnew(reason: "the file changed on the server while it was fetched") }
        guard let total = range.total ?? known.total else { return nil }
        // A body that is longer than the range it claims would end behind the whole.
        guard total >= part.size else { throw StartAnew(reason: "the server's ranges contradict each other") }
        return total
    }

    private func differs<Value: Equatable>(_ before: Value?, _ now: Value?) -> Bool {
        guard let before, let now else { return false }
        return before != now
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws {
        if let end, part.size + Int64(bytes.count) > end {
            throw StartAnew(reason: "the server sent more bytes than it had promised")
        }
        try requireLimit(part.size + Int64(bytes.count))
        try part.append(bytes)
        meter?.move(bytes.count)
        gauge?.move(bytes.count)
    }

    private func requireLimit(_ count: Int64) throws(FetchError) {
        guard count > policy.byteLimit else { return }
        throw FetchError(.overLimit, source.operation, "the file is larger than \(policy.byteLimit) bytes")
    }
}
