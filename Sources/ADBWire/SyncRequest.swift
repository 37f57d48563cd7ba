/// A request of the sync protocol, as the host writes it and the phone reads it.
public enum SyncRequest: Hashable, Sendable {
    /// STAT, STA2 or LST2.
    case status(SyncID, path: [UInt8])
    /// LIST or LIS2.
    case list(SyncID, path: [UInt8])
    /// SEND (`flags` nil) or SND2; DATA chunks and DONE follow.
    case send(path: [UInt8], mode: UInt32, flags: SyncFlags?)
    /// RECV (`flags` nil) or RCV2.
    case receive(path: [UInt8], flags: SyncFlags?)
    /// QUIT.
    case quit

    /// Appends the bytes of the request.
    public func append(to bytes: inout [UInt8]) throws(WireError) {
        switch self {
        case .status(let id, let path), .list(let id, let path):
            try SyncRequest.append(id, path, to: &bytes)
        case .send(let path, let mode, nil):
            try SyncRequest.append(.send, path + Array(",\(mode)".utf8), to: &bytes)
        case .send(let path, let mode, let flags?):
            try SyncRequest.append(.send2, path, to: &bytes)
            SyncID.send2.append(mode, to: &bytes)
            bytes.appendLittle(flags.rawValue)
        case .receive(let path, nil):
            try SyncRequest.append(.receive, path, to: &bytes)
        case .receive(let path, let flags?):
            try SyncRequest.append(.receive2, path, to: &bytes)
            SyncID.receive2.append(flags.rawValue, to: &bytes)
        case .quit:
            SyncID.quit.append(0, to: &bytes)
        }
    }

    /// The bytes of the request.
    public func encoded() throws(WireError) -> [UInt8] {
        var bytes: [UInt8] = []
        try append(to: &bytes)
        return bytes
    }

    private static func append(_ id: SyncID, _ path: [UInt8], to bytes: inout [UInt8]) throws(WireError) {
        guard path.count <= SyncLimit.path else {
            throw WireError(.pathTooLong, "path of \(id)", value: UInt64(path.count))
        }
        id.append(UInt32(path.count), to: &bytes)
        bytes.append(contentsOf: path)
    }
}

/// Cuts what a host sends on a `sync:` stream into requests and chunks; used by simulated phones.
public struct SyncRequestParser: Sendable {
    /// A part of the conversation.
    public enum Event {
        /// A whole request.
        case request(SyncRequest)
        /// The next bytes of a file, valid until the next call, and how many of the chunk follow.
        case data(UnsafeRawBufferPointer, remaining: Int)
        /// The end of a file, with its time in seconds.
        case done(modificationTime: UInt32)
        /// A request that adbd answers with FAIL and this text, and then ends the service.
        case refused(String)
    }

    private enum State {
        case idle
        case path(SyncID, length: Int)
        case options(SyncID, path: [UInt8])
        case body
        case chunk
    }

    private var state = State.idle
    private var gathered: [UInt8] = []
    private var remaining = 0

    /// Makes a parser that stands before a request.
    public init() {}

    /// Whether a file is under way, so that a failure must read on until DONE.
    public var isInsideFile: Bool {
        switch state {
        case .body, .chunk: true
        case .idle, .path, .options: false
        }
    }

    /// Takes bytes off the front of `input` until something can be reported; nil when `input` is used up.
    public mutating func next(_ input: inout UnsafeRawBufferPointer) -> Event? {
        while true {
            switch state {
            case .idle:
                guard let (id, length) = takeHeader(&input) else { return nil }
                if let event = begin(id, length) { return event }
            case .path(let id, let length):
                guard let path = take(length, &input) else { return nil }
                if let event = read(id, path: path) { return event }
            case .options(let id, let path):
                guard let fields = take(id == .send2 ? 12 : 8, &input) else { return nil }
                return read(id, path: path, options: fields)
            case .body:
                guard let (id, number) = takeHeader(&input) else { return nil }
                if let event = readBody(id, number) { return event }
            case .chunk:
                guard !input.isEmpty else { return nil }
                let slice = input.takeFirst(remaining)
                remaining -= slice.count
                if remaining == 0 { state = .body }
                return .data(slice, remaining: remaining)
            }
        }
    }

    private mutating func take(_ count: Int, _ input: inout UnsafeRawBufferPointer) -> [UInt8]? {
        gathered.append(contentsOf: input.takeFirst(count - gathered.count))
        guard gathered.count == count else { return nil }
        defer { gathered.removeAll(keepingCapacity: true) }
        return gathered
    }

    private mutating func takeHeader(_ input: inout UnsafeRawBufferPointer) -> (SyncID, UInt32)? {
        guard let header = take(8, &input) else { return nil }
        return header.withUnsafeBytes { (SyncID(rawValue: $0.little(0)), $0.little(4)) }
    }

    private mutating func begin(_ id: SyncID, _ length: UInt32) -> Event? {
        guard length <= SyncLimit.path else { return .refused("path too long") }
        switch id {
        case .stat, .stat2, .lstat2, .list, .list2, .send, .send2, .receive, .receive2:
            state = .path(id, length: Int(length))
            return nil
        case .quit: return .request(.quit)
        default: return .refused("unknown command " + SyncRequestParser.hex8(id.rawValue))
        }
    }

    private static func hex8(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private mutating func read(_ id: SyncID, path: [UInt8]) -> Event? {
        state = .idle
        switch id {
        case .list, .list2: return .request(.list(id, path: path))
        case .receive: return .request(.receive(path: path, flags: nil))
        case .send2, .receive2:
            state = .options(id, path: path)
            return nil
        case .send:
            guard let comma = path.lastIndex(of: UInt8(ascii: ",")) else { return .refused("missing , in ID_SEND") }
            let digits = String(decoding: path[(comma + 1)...], as: UTF8.self)
            // A leading 0 means octal, as adbd reads the number with base 0.
            let mode = digits.hasPrefix("0") ? UInt32(digits, radix: 8) : UInt32(digits)
            guard let mode else { return .refused("bad mode") }
            state = .body
            return .request(.send(path: Array(path[..<comma]), mode: mode, flags: nil))
        default: return .request(.status(id, path: path))
        }
    }

    private mutating func read(_ id: SyncID, path: [UInt8], options: [UInt8]) -> Event {
        options.withUnsafeBytes { fields in
            if id == .send2 {
                state = .body
                return .request(.send(path: path, mode: fields.little(4), flags: SyncFlags(rawValue: fields.little(8))))
            }
            state = .idle
            return .request(.receive(path: path, flags: SyncFlags(rawValue: fields.little(4))))
        }
    }

    private mutating func readBody(_ id: SyncID, _ number: UInt32) -> Event? {
        switch id {
        case .data where number == 0: return nil
        case .data:
            state = .chunk
            remaining = Int(number)
            return nil
        case .done:
            state = .idle
            return .done(modificationTime: number)
        default:
            state = .idle
            return .refused("invalid data message")
        }
    }
}
