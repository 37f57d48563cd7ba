/// What kind of answer is due; the bytes alone do not tell how long a DONE is.
public enum SyncExpectation: Hashable, Sendable {
    /// The answer to STAT.
    case status1
    /// The answer to STA2 or LST2.
    case status2
    /// The answer to LIST.
    case directory1
    /// The answer to LIS2.
    case directory2
    /// The answer to RECV or RCV2.
    case content
    /// The answer to SEND or SND2.
    case acknowledgement
}

/// A part of what the phone answers on a `sync:` stream.
public enum SyncResponse {
    /// One file's status; completes a STAT, STA2 or LST2.
    case status(FileStatus)
    /// One entry of a directory; the name is as hostile as the phone.
    case entry(FileStatus, name: [UInt8])
    /// The next bytes of a file, valid until the next call, and how many of the chunk follow.
    case data(UnsafeRawBufferPointer, remaining: Int)
    /// The end of a directory or a file.
    case done
    /// A sent file arrived.
    case okay
    /// The phone's reason; it ends the service, and what was asked after it is lost.
    case failed(reason: String)

    /// Appends OKAY as a phone sends it.
    public static func appendOkay(to bytes: inout [UInt8]) { SyncID.okay.append(0, to: &bytes) }

    /// Appends FAIL as a phone sends it.
    public static func appendFailure(_ reason: String, to bytes: inout [UInt8]) {
        let text = Array(reason.utf8)
        SyncID.fail.append(UInt32(text.count), to: &bytes)
        bytes.append(contentsOf: text)
    }

    /// Appends one directory entry in the layout of LIST or LIS2.
    public static func appendEntry(
        _ status: FileStatus, name: [UInt8], expectation: SyncExpectation, to bytes: inout [UInt8]
    ) {
        if expectation == .directory1 {
            status.appendVersion1(id: .entry, to: &bytes)
        } else {
            status.appendVersion2(id: .entry2, to: &bytes)
        }
        bytes.appendLittle(UInt32(name.count))
        bytes.append(contentsOf: name)
    }

    /// Appends DONE in the length that belongs to the question.
    public static func appendDone(_ expectation: SyncExpectation, to bytes: inout [UInt8]) {
        bytes.appendLittle(SyncID.done.rawValue)
        let zeros =
            switch expectation {
            case .directory1: 16
            case .directory2: 72
            case .status1, .status2, .content, .acknowledgement: 4
            }
        bytes.append(contentsOf: repeatElement(0, count: zeros))
    }
}

/// Cuts what a phone sends on a `sync:` stream into answers; the caller says which answer is due.
public struct SyncResponseParser: Sendable {
    private enum State {
        case idle
        case fields(SyncID, count: Int)
        case name(FileStatus, length: Int)
        case chunk
        case reason(length: Int)
    }

    private var state = State.idle
    private var gathered: [UInt8] = []
    private var remaining = 0

    /// Makes a parser that stands before an answer.
    public init() {}

    /// Takes bytes off the front of `input` until something can be reported; nil when `input` is used up.
    ///
    /// - Throws: ``WireError`` when a length is out of range or the answer does not fit the question.
    public mutating func next(
        _ input: inout UnsafeRawBufferPointer, expecting expectation: SyncExpectation
    ) throws(WireError) -> SyncResponse? {
        while true {
            switch state {
            case .idle:
                guard let id = take(4, &input) else { return nil }
                try begin(id.withUnsafeBytes { SyncID(rawValue: $0.little(0)) }, expectation)
            case .fields(let id, let count):
                guard let fields = take(count, &input) else { return nil }
                state = .idle
                if let response = try read(id, fields) { return response }
            case .name(let status, let length):
                guard let name = take(length, &input) else { return nil }
                state = .idle
                return .entry(status, name: name)
            case .chunk:
                guard !input.isEmpty else { return nil }
                let slice = input.takeFirst(remaining)
                remaining -= slice.count
                if remaining == 0 { state = .idle }
                return .data(slice, remaining: remaining)
            case .reason(let length):
                guard let text = take(length, &input) else { return nil }
                state = .idle
                return .failed(reason: String(decoding: text, as: UTF8.self))
            }
        }
    }

    private mutating func take(_ count: Int, _ input: inout UnsafeRawBufferPointer) -> [UInt8]? {
        gathered.append(contentsOf: input.takeFirst(count - gathered.count))
        guard gathered.count == count else { return nil }
        defer { gathered.removeAll(keepingCapacity: true) }
        return gathered
    }

    private mutating func begin(_ id: SyncID, _ expectation: SyncExpectation) throws(WireError) {
        let count: Int? =
            switch (id, expectation) {
            case (.fail, _): 4
            case (.stat, .status1): 12
            case (.stat2, .status2), (.lstat2, .status2): 68
            case (.entry, .directory1), (.done, .directory1): 16
            case (.entry2, .directory2), (.done, .directory2): 72
            case (.data, .content), (.done, .content), (.okay, .acknowledgement): 4
            default: nil
            }
        guard let count else { throw WireError(.unexpectedReply, "sync answer \(id)", value: UInt64(id.rawValue)) }
        state = .fields(id, count: count)
    }

    private mutating func read(_ id: SyncID, _ fields: [UInt8]) throws(WireError) -> SyncResponse? {
        let number = fields.withUnsafeBytes { $0.little($0.count - 4, as: UInt32.self) }
        switch id {
        case .stat: return .status(fields.withUnsafeBytes { FileStatus(version1: $0) })
        case .stat2, .lstat2: return .status(fields.withUnsafeBytes { FileStatus(version2: $0) })
        case .done: return .done
        case .okay: return .okay
        case .entry:
            try check(number, SyncLimit.name, "length of a name")
            state = .name(fields.withUnsafeBytes { FileStatus(version1: $0) }, length: Int(number))
        case .entry2:
            try check(number, SyncLimit.name, "length of a name")
            state = .name(fields.withUnsafeBytes { FileStatus(version2: $0) }, length: Int(number))
        case .fail:
            try check(number, SyncLimit.reason, "length of a reason")
            state = .reason(length: Int(number))
        default:
            try check(number, SyncLimit.acceptedChunk, "length of a chunk")
            remaining = Int(number)
            state = remaining == 0 ? .idle : .chunk
        }
        return nil
    }

    private func check(_ number: UInt32, _ limit: Int, _ field: String) throws(WireError) {
        guard number <= limit else { throw WireError(.lengthOutOfRange, field, value: UInt64(number)) }
    }
}
